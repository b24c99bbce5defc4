/* Persons: who works at a laboratory, and what they may do. A login names one person of one laboratory. */
#pragma once
#include "lims/store/store.h"

/* In the order of what they may: each may what the one before may. */
typedef enum {
  LIMS_ROLE_TECHNICIAN,
  LIMS_ROLE_REVIEWER,
  LIMS_ROLE_SUPERVISOR,
  LIMS_ROLE_ADMINISTRATOR
} LimsRole;
#define LIMS_ROLES "technician|reviewer|supervisor|administrator"
gboolean lims_role_parse(const char *name, LimsRole *out); /* of LIMS_ROLES */

typedef struct {
  guint lab;
  const char *login; /* 1 to 32 of a-z A-Z 0-9 . _ - */
  const char *name;
  LimsRole role;
} LimsPersonNew;

gboolean lims_person_add(LimsDb *db, const LimsPersonNew *person, gint64 *out_id, GError **error);
/* FALSE without error: nobody active has that login there. */
gboolean lims_person_find(LimsDb *db, guint lab, const char *login, gint64 *out_id, LimsRole *out_role,
                          GError **error);

/* Persons of a laboratory (lab < 0: of all), after that id (0: from the first), at most `limit`. Columns: id,
 * login, lab's code, name, role, active. NULL with an error. */
LimsQuery *lims_person_query(LimsDb *db, int lab, gint64 after, guint limit, GError **error);
