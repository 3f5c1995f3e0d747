/* decode: what a terminal may send, byte by byte, and the keys and mouse events that must come of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "term/decode.h"

/* A terminal that sends `codes`; CODE_PAUSE among them is a moment in which nothing has come yet. */
enum { CODE_PAUSE = 0xFFFFFF };

typedef struct Sender {
  const int *codes;
  size_t count, next;
  int waits;
} Sender;

static int send_code(void *context, bool wait) {
  Sender *sender = context;
  sender->waits += wait;
  while (sender->next < sender->count && sender->codes[sender->next] == CODE_PAUSE) {
    if (!wait) {
      return CODE_NONE;
    }
    sender->next++;
    wait = false; /* one wait outlasts one pause */
  }
  return sender->next < sender->count ? sender->codes[sender->next++] : CODE_NONE;
}

static void describe(char *out, size_t size, Input input) {
  static const char *const names[] = {"up",   "down", "left", "right",   "pgup",
                                      "pgdn", "home", "end",  "backtab", "delete"};
  static const char *const mice[] = {"press", "drag", "release", "wheelup", "wheeldown"};
  char text[5] = "";
  if (input.kind == INPUT_MOUSE) {
    (void)snprintf(out, size, "%s@%d,%d ", mice[input.mouse], input.row, input.col);
  } else if (input.key >= INPUT_F1) {
    (void)snprintf(out, size, "f%d ", (int)(input.key - INPUT_F1) + 1);
  } else if (input.key >= INPUT_UP) {
    (void)snprintf(out, size, "%s ", names[input.key - INPUT_UP]);
  } else if (input.key <= ' ' || input.key == 127) {
    (void)snprintf(out, size, "#%u ", input.key);
  } else {
    (void)utf8_encode(input.key, text);
    (void)snprintf(out, size, "%s ", text);
  }
}

/* All events until nothing comes, with a pause skipped each time as a poll would. */
static void decode_codes(char *out, size_t size, Sender *sender) {
  Decoder decoder;
  decoder_init(&decoder, send_code, sender);
  out[0] = '\0';
  do {
    for (Input input = decoder_next(&decoder); input.kind != INPUT_NONE; input = decoder_next(&decoder)) {
      size_t length = strlen(out);
      describe(out + length, size - length, input);
    }
    sender->next += sender->next < sender->count;
  } while (sender->next < sender->count);
}

/* '|' in `sent` is a pause. */
static void check_bytes(const char *sent, size_t count, const char *expected) {
  int codes[256];
  char out[512];
  for (size_t i = 0; i < count; i++) {
    codes[i] = sent[i] == '|' ? CODE_PAUSE : (unsigned char)sent[i];
  }
  Sender sender = {.codes = codes, .count = count};
  decode_codes(out, sizeof out, &sender);
  assert_string_equal(out, expected);
}
#define CHECK(sent, expected) check_bytes(sent, sizeof(sent) - 1, expected)

static void test_characters(void **state) {
  (void)state;
  CHECK("", "");
  CHECK("aZ ~", "a Z #32 ~ ");
  CHECK("\r\n\t\010\177\014\001\000", "#13 #13 #9 #127 #127 #12 #1 ");
  CHECK("\u00e9\u65e5\U0001f600", "\u00e9 \u65e5 \U0001f600 ");
  CHECK("\xe6|\x97|\xa5", "\u65e5 ");
}

static void test_bytes_that_are_no_text(void **state) {
  (void)state;
  CHECK(
      "\xff\xfe"
      "a",
      "a ");
  CHECK(
      "\xc3"
      "a\xc3\xc3\xa9",
      "a \u00e9 ");
  CHECK(
      "\x80\xbf"
      "b",
      "b ");
  CHECK(
      "\xc0\x80"
      "c\xed\xa0\x80"
      "d\xf5\x80\x80\x80"
      "e",
      "c d e ");
  CHECK(
      "\xc2\x9b"
      "f",
      "f "); /* U+009B, a control character */
  CHECK("\xe6\x97", "");
}

static void test_escape(void **state) {
  (void)state;
  CHECK("\033", "#27 ");
  CHECK("\033|a", "#27 a ");
  CHECK("\033a", "#27 a ");
  CHECK("\033\033", "#27 #27 ");
  CHECK("\033\033[A", "#27 up ");
  CHECK("\033[", "#27 [ ");
  CHECK("\033[\033[B", "#27 [ down ");
  CHECK("\033O", "#27 O ");
  CHECK("\033]", "#27 ] ");
  CHECK("\033]q", "#27 ] q ");
  CHECK("\033P", "#27 P ");
  CHECK("\033\xc3\xa9", "#27 \u00e9 ");
}

static void test_keys_as_sequences(void **state) {
  (void)state;
  CHECK("\033[A\033[B\033[C\033[D\033[H\033[F\033[Z", "up down right left home end backtab ");
  CHECK("\033OA\033OB\033OC\033OD\033OH\033OF\033OP\033OS\033OM", "up down right left home end f1 f4 #13 ");
  CHECK("\033[1~\033[4~\033[5~\033[6~\033[7~\033[8~\033[11~\033[15~\033[24~", "home end pgup pgdn home end f1 f5 f12 ");
  CHECK("\033|[A", "#27 [ A "); /* too late for a sequence: a person's Escape */
  CHECK("\033[|A", "up ");
}

static void test_unknown_sequences(void **state) {
  (void)state;
  CHECK("\033[1;5Aa\033[200~b\033[?62;22cc\033[2~d\033[ qe", "a b c d e ");
  CHECK("\033[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17zx", "x ");
  CHECK("\033[3~x", "delete x ");
  CHECK("\033[12\033[Ay", "up y ");
  CHECK("\033[12\xc3\xa9", "\u00e9 ");
  CHECK("\033[[Ax\033Ozx", "x x ");
  CHECK("\033]11;rgb:0/0/0\007a\033]4;rgb\033\\b\033P>|term\033\\c\033_Gi=1\033\\d", "a b c d ");
  CHECK("\033]11;rgb", "");
}

static void test_keys_already_recognised(void **state) {
  (void)state;
  const int codes[] = {INPUT_UP, 'a', CODE_IGNORED, INPUT_F1 + 4, 27,       INPUT_LEFT,
                       27,       '[', INPUT_RIGHT,  0xE6,         INPUT_END};
  char out[512];
  Sender sender = {.codes = codes, .count = sizeof codes / sizeof *codes};
  decode_codes(out, sizeof out, &sender);
  assert_string_equal(out, "up a f5 #27 left #27 [ right end ");
}

static void test_mouse(void **state) {
  (void)state;
  CHECK("\033[<0;5;3M\033[<32;6;4M\033[<0;6;4m", "press@2,4 drag@3,5 release@3,5 ");
  CHECK("\033[<64;1;1M\033[<65;300;200M\033[<20;2;2M", "wheelup@0,0 wheeldown@199,299 press@1,1 ");
  CHECK("\033[<0;|5;|3M", "press@2,4 ");
  CHECK("\033[<1;5;3M\033[<2;5;3M\033[<2;5;3m\033[<35;5;3M\033[<66;5;3M\033[<64;5;3m\033[<128;5;3Ma", "a ");
  CHECK("\033[<0;0;1M\033[<0;1;0M\033[<0;5M\033[<0;5;3;1M\033[<;5;3M\033[<0;-5;3M\033[<Ma", "a ");
  CHECK("\033[<0;99999999999999999999;1Ma", "press@0,99998 a ");
  CHECK("\033[M %#\033[M#%#\033[M@%#\033[M`!!a", "press@2,4 release@2,4 drag@2,4 wheelup@0,0 a ");
  CHECK("\033[M \xff#a", "press@2,222 a ");
  CHECK("\033[M \037#a", "#31 # a ");
}

/* A sequence that trickles in holds up the screen only so long. */
static void test_waits_are_few(void **state) {
  (void)state;
  int codes[64] = {27, '['};
  for (size_t i = 2; i < 64; i++) {
    codes[i] = i % 2 ? '1' : CODE_PAUSE;
  }
  Sender sender = {.codes = codes, .count = 64};
  Decoder decoder;
  decoder_init(&decoder, send_code, &sender);
  assert_int_equal(decoder_next(&decoder).kind, INPUT_NONE);
  assert_int_equal(sender.waits, 3);
  codes[0] = 'a';
  sender = (Sender){.codes = codes, .count = 1};
  assert_int_equal(decoder_next(&decoder).key, 'a');
  assert_int_equal(decoder_next(&decoder).kind, INPUT_NONE);
  assert_int_equal(sender.waits, 0); /* nothing waits outside of a sequence */
}

/* Any bytes: ends, reads all, and what it says is within bounds. */
static void test_junk(void **state) {
  (void)state;
  uint32_t random = 12345;
  for (int round = 0; round < 20000; round++) {
    int codes[64];
    for (size_t i = 0; i < 64; i++) {
      random = random * 1664525u + 1013904223u;
      static const char likely[] = "\033\033\033[[[]OPM<;;0123456789mM~A";
      uint32_t value = random >> 8;
      codes[i] = value & 0x10000 ? likely[value % (sizeof likely - 1)] : (int)(value & 0xFF);
    }
    Sender sender = {.codes = codes, .count = 64};
    Decoder decoder;
    decoder_init(&decoder, send_code, &sender);
    int events = 0;
    for (Input input = decoder_next(&decoder); input.kind != INPUT_NONE; input = decoder_next(&decoder)) {
      assert_true(input.kind == INPUT_KEY ? input.key > 0 && input.key <= INPUT_F1 + 11
                                          : input.row >= 0 && input.col >= 0 && input.mouse <= MOUSE_WHEEL_DOWN);
      events++;
    }
    assert_int_equal(sender.next, 64);
    assert_in_range(events, 0, 65);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_characters),
      cmocka_unit_test(test_bytes_that_are_no_text),
      cmocka_unit_test(test_escape),
      cmocka_unit_test(test_keys_as_sequences),
      cmocka_unit_test(test_unknown_sequences),
      cmocka_unit_test(test_keys_already_recognised),
      cmocka_unit_test(test_mouse),
      cmocka_unit_test(test_waits_are_few),
      cmocka_unit_test(test_junk),
  };
  return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
