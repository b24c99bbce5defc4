/* The audit: who did what, by which way, when; one hash chain a laboratory and incarnation of the store.
 *
 * hash(n) = SHA-256 over hash(n - 1) and every field of row n, each with its length before it. A row that was
 * changed, taken out or put in breaks the chain; rows cut off at its end are found by a head that was printed
 * before.
 */
#pragma once
#include "lims/store/store.h"

/* lab: whose chain; 0 (the city's) for what all laboratories share. `via`: "http" "limsctl" "ingest" …; no
 * argument NULL. */
gboolean lims_audit_add(LimsDb *db, guint lab, const char *who, const char *via, const char *action,
                        const char *object, const char *detail, GError **error);
/* The newest hash of the chain in this incarnation, 64 hexadecimal digits; "" if the chain is empty. g_free.
 */
char *lims_audit_head(LimsDb *db, guint lab, GError **error);
/* All chains of the laboratory. `head` (may be NULL): must occur in one of them. FALSE with
 * LIMS_ERROR_CONFLICT naming the first row that does not fit. */
gboolean lims_audit_verify(LimsDb *db, guint lab, const char *head, gint64 *out_rows, GError **error);
