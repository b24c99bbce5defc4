/* Readings and what could not be read: making, freeing, and the words for their kinds. */
#include "instruments/reading.h"
#include "lims/core/text.h"

#define SHOWN_BYTES 4096 /* of an undecoded part: enough for a person, bounded for a line gone mad */

static const char *const KIND_NAMES[] = {
    [LIMS_READING_SAMPLE] = "sample",
    [LIMS_READING_BLANK] = "blank",
    [LIMS_READING_STANDARD] = "standard",
    [LIMS_READING_CONTROL] = "control",
};

static const char *const BASIS_NAMES[] = {
    [LIMS_BASIS_SAMPLE] = "sample",
    [LIMS_BASIS_SOLUTION] = "solution",
    [LIMS_BASIS_SCREEN] = "screen",
};

void lims_reading_free(LimsReading *reading) {
  if (!reading)
    return;
  g_free(reading->specimen);
  g_free(reading->code);
  g_free(reading->analyte);
  lims_value_clear(&reading->value);
  g_free(reading->unit);
  g_free(reading->method);
  g_free(reading->flags);
  g_free(reading->status);
  g_free(reading->operator_id);
  g_free(reading->instrument);
  g_free(reading->measured_at);
  g_free(reading->measured_at_iso);
  g_free(reading);
}

LimsUndecoded *lims_undecoded_new(guint record, const char *reason, const guint8 *bytes, gsize size) {
  LimsUndecoded *undecoded = g_new0(LimsUndecoded, 1);
  undecoded->record = record;
  undecoded->reason = g_strdup(reason);
  undecoded->text = lims_text_escape(bytes, MIN(size, SHOWN_BYTES));
  return undecoded;
}

void lims_undecoded_free(LimsUndecoded *undecoded) {
  if (!undecoded)
    return;
  g_free(undecoded->reason);
  g_free(undecoded->text);
  g_free(undecoded);
}

LimsDecoded *lims_decoded_new(void) {
  LimsDecoded *decoded = g_new0(LimsDecoded, 1);
  decoded->readings = g_ptr_array_new_with_free_func((GDestroyNotify)lims_reading_free);
  decoded->undecoded = g_ptr_array_new_with_free_func((GDestroyNotify)lims_undecoded_free);
  return decoded;
}

void lims_decoded_free(LimsDecoded *decoded) {
  if (!decoded)
    return;
  g_clear_pointer(&decoded->readings, g_ptr_array_unref);
  g_clear_pointer(&decoded->undecoded, g_ptr_array_unref);
  g_free(decoded->body_digest);
  g_free(decoded->body);
  g_free(decoded);
}

const char *lims_reading_kind_name(LimsReadingKind kind) {
  return KIND_NAMES[kind];
}

const char *lims_basis_name(LimsBasis basis) {
  return BASIS_NAMES[basis];
}

gboolean lims_basis_parse(const char *name, LimsBasis *out) {
  for (guint i = 0; i < G_N_ELEMENTS(BASIS_NAMES); i++) {
    if (g_strcmp0(name, BASIS_NAMES[i]) == 0) {
      *out = (LimsBasis)i;
      return TRUE;
    }
  }
  return FALSE;
}
