/* Any bytes as a message's text, in any encoding: everything can be asked for, nothing is lost without a
 * word. The first byte of the input chooses the encoding. */
#include "instruments/protocol/astm-records.h"
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_record(const LimsAstmMessage *message, const LimsAstmRecord *record) {
  g_assert_true(g_ascii_isupper(record->type));
  g_assert_true(g_utf8_validate(record->text, -1, NULL));
  for (guint field = 0; field <= record->fields->len + 1; field++) {
    for (guint repeat = 0; repeat < 3; repeat++) {
      for (guint component = 0; component < 3; component++) {
        gboolean unknown = FALSE;
        g_autofree char *text = lims_astm_component(message, record, field, repeat, component, &unknown);
        g_assert_true(g_utf8_validate(text, -1, NULL));
      }
    }
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  LimsEncoding encoding = (LimsEncoding)(data[0] % (LIMS_ENCODING_ASCII + 1));
  g_autoptr(GPtrArray) messages = lims_astm_messages_parse(data + 1, size - 1, encoding);
  for (guint i = 0; i < messages->len; i++) {
    const LimsAstmMessage *message = messages->pdata[i];
    g_assert_cmpuint(message->records->len + message->undecoded->len, >, 0);
    for (guint n = 0; n < message->records->len; n++)
      read_record(message, message->records->pdata[n]);
  }
  return 0;
}
