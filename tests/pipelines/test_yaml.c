#include "pipelines/yaml.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct sink_placed_faults placed;
static struct sink_faults faults;
static struct sink_yaml_node *root;

static void set_up(void)
{
    placed = (struct sink_placed_faults){.path = "job.yml"};
    faults = (struct sink_faults){0};
    root = NULL;
}

static void tear_down(void)
{
    sink_yaml_free(root);
    sink_faults_free(&faults);
}

static enum sink_status parse_bytes(const char *text, size_t bytes)
{
    const enum sink_status status = sink_yaml_parse(text, bytes, &root, &placed);
    const enum sink_status moved = sink_placed_faults_move(&placed, &faults);
    return status == SINK_OK ? moved : status;
}

static enum sink_status parse(const char *text)
{
    return parse_bytes(text, strlen(text));
}

/* The text is refused, and the first fault begins so. */
static void refuse_bytes(const char *text, size_t bytes, const char *start)
{
    ck_assert_int_eq(parse_bytes(text, bytes), SINK_BAD_JOB);
    ck_assert_uint_ge(faults.count, 1);
    if (strncmp(faults.items[0].message, start, strlen(start)) != 0)
        ck_abort_msg("%s: found \"%s\", expected \"%s\"", text, faults.items[0].message, start);
    tear_down();
    set_up();
}

static void refuse(const char *text, const char *start)
{
    refuse_bytes(text, strlen(text), start);
}

static const char *text_at(const char *key)
{
    const struct sink_yaml_node *node = sink_yaml_find(root, key);
    ck_assert_ptr_nonnull(node);
    ck_assert_int_eq(node->kind, SINK_YAML_TEXT);
    return node->text;
}

START_TEST(a_tree_has_the_values_and_their_places)
{
    ck_assert_int_eq(parse("a: 1\nb:\n  - x\n  - {c: 'two words', d: [ ]}\n"), SINK_OK);
    ck_assert_str_eq(text_at("a"), "1");
    const struct sink_yaml_node *b = sink_yaml_find(root, "b");
    ck_assert_int_eq(b->kind, SINK_YAML_LIST);
    ck_assert_uint_eq(b->count, 2);
    const struct sink_yaml_node *c = sink_yaml_find(b->items[1], "c");
    ck_assert_str_eq(c->text, "two words");
    ck_assert_int_eq(c->place.line, 4);
    ck_assert_int_eq(c->place.column, 9);
    ck_assert_int_eq(c->key_place.line, 4);
    ck_assert_int_eq(c->key_place.column, 6);
    ck_assert_uint_eq(sink_yaml_find(b->items[1], "d")->count, 0);
    ck_assert_ptr_null(sink_yaml_find(root, "z"));
    ck_assert_ptr_null(sink_yaml_find(b, "c"));
    ck_assert_ptr_null(sink_yaml_find(NULL, "c"));
}
END_TEST

START_TEST(a_path_names_keys_and_items_from_one)
{
    char path[64];
    ck_assert_int_eq(parse("layers: {forest: {classes: [a, b]}}\n"), SINK_OK);
    sink_yaml_path(root, path, sizeof path);
    ck_assert_str_eq(path, "job");
    const struct sink_yaml_node *forest = sink_yaml_find(sink_yaml_find(root, "layers"), "forest");
    sink_yaml_path(sink_yaml_find(forest, "classes")->items[1], path, sizeof path);
    ck_assert_str_eq(path, "layers.forest.classes[2]");
    char shorter[12];
    sink_yaml_path(sink_yaml_find(forest, "classes")->items[1], shorter, sizeof shorter);
    ck_assert_str_eq(shorter, "layers.fore");
}
END_TEST

START_TEST(scalars_stay_text)
{
    ck_assert_int_eq(parse("a: no\nb: 03747\nc: 20:23\nd: 0x10\ne: .inf\nf: '1'\ng: ~\nh:\n"),
                     SINK_OK);
    ck_assert_str_eq(text_at("a"), "no");
    ck_assert_str_eq(text_at("b"), "03747");
    ck_assert_str_eq(text_at("c"), "20:23");
    ck_assert_str_eq(text_at("d"), "0x10");
    ck_assert_str_eq(text_at("e"), ".inf");
    ck_assert_str_eq(text_at("f"), "1");
    ck_assert_str_eq(text_at("g"), "~");
    ck_assert_str_eq(text_at("h"), "");
}
END_TEST

START_TEST(placeholders_need_no_quotes)
{
    ck_assert_int_eq(
        parse("{a: lc_{year}_{year}.tif, b: '{region_id}', {year}: [x/{year}], c: {d: {year}}}"),
        SINK_OK);
    ck_assert_str_eq(text_at("a"), "lc_{year}_{year}.tif");
    ck_assert_str_eq(text_at("b"), "{region_id}");
    const struct sink_yaml_node *list = sink_yaml_find(root, "{year}");
    ck_assert_str_eq(list->items[0]->text, "x/{year}");
    ck_assert_int_eq(list->items[0]->place.column, 54);
    ck_assert_str_eq(sink_yaml_find(sink_yaml_find(root, "c"), "d")->text, "{year}");
    tear_down();
    set_up();
    refuse("a: \xEF\xB7\x90year\xEF\xB7\x91\n", "job.yml:1:4: job: control character");
}
END_TEST

START_TEST(json_is_read_as_well)
{
    ck_assert_int_eq(parse("{\n\t\"a\":1,\"b\":[\"x\\u00e9\", true],\n\t\"c\":{\"d\":null}\n}"),
                     SINK_OK);
    ck_assert_str_eq(text_at("a"), "1");
    ck_assert_str_eq(sink_yaml_find(root, "b")->items[0]->text, "x\xC3\xA9");
    ck_assert_str_eq(sink_yaml_find(sink_yaml_find(root, "c"), "d")->text, "null");
}
END_TEST

START_TEST(a_byte_order_mark_and_crlf_change_nothing)
{
    ck_assert_int_eq(parse("\xEF\xBB\xBF"
                           "a: 1\r\nb: \xE4\xB8\xAD\r\n"),
                     SINK_OK);
    ck_assert_str_eq(text_at("a"), "1");
    ck_assert_str_eq(text_at("b"), "\xE4\xB8\xAD");
    ck_assert_int_eq(sink_yaml_find(root, "a")->place.column, 4);
    ck_assert_int_eq(sink_yaml_find(root, "b")->place.line, 2);
}
END_TEST

START_TEST(what_could_share_or_hide_values_is_refused)
{
    refuse("a: &x 1\n", "job.yml:1:4: job: anchor &x, expected no anchors");
    refuse("&x a: 1\n", "job.yml:1:1: job: anchor &x");
    refuse("a: *x\n", "job.yml:1:4: job: alias *x, expected no aliases");
    refuse("a: &x [*x]\n", "job.yml:1:4: job: anchor &x");
    refuse("a: !!int 1\n", "job.yml:1:4: job: tag tag:yaml.org,2002:int, expected no tags");
    refuse("a: ! 1\n", "job.yml:1:4: job: tag !");
    refuse("a: !!python/object/apply:os.system [ls]\n", "job.yml:1:4: job: tag");
    refuse("%TAG ! tag:x,2000:\n---\na: 1\n", "job.yml:1:1: job: %TAG, expected no tags");
    refuse("a: 1\n<<: {b: 2}\n", "job.yml:2:1: job: merge key <<, expected");
    refuse("a: 1\n---\nb: 2\n", "job.yml:2:1: job: a second document, expected one");
    refuse("a: 1\n...\nb: 2\n", "job.yml:3:1: job: did not find expected <document start>");
    refuse("[a]: 1\n", "job.yml:1:1: job: a list as a key, expected text");
    refuse("? {a: 1}\n: 2\n", "job.yml:1:3: job: a map as a key, expected text");
}
END_TEST

START_TEST(doubled_keys_name_both_lines)
{
    ck_assert_int_eq(parse("a: 1\nb: {c: 2, c: 3}\na: 4\n"), SINK_BAD_JOB);
    ck_assert_uint_eq(faults.count, 2);
    ck_assert_str_eq(faults.items[0].message,
                     "job.yml:2:11: b.c: doubled key, expected once (first on line 2)");
    ck_assert_str_eq(faults.items[1].message,
                     "job.yml:3:1: a: doubled key, expected once (first on line 1)");
    ck_assert_str_eq(text_at("a"), "1");
}
END_TEST

START_TEST(bytes_that_are_no_text_are_refused_with_their_place)
{
    refuse("", "job.yml:1:1: job: an empty file, expected a map");
    refuse("# only a comment\n", "job.yml:1:1: job: an empty file");
    refuse_bytes("a: 1\nb: \0\n", 10, "job.yml:2:4: job: control character (byte 0x00)");
    refuse("a: \xE4\n", "job.yml:1:4: job: byte 0xe4, expected UTF-8 text");
    refuse("a: \xC3\xA4\xFF\n", "job.yml:1:5: job: byte 0xff");
    refuse("a: \xED\xA0\x80\n", "job.yml:1:4: job: byte 0xed");
    refuse("a: \xC2\x9B\n", "job.yml:1:4: job: control character (byte 0xc2)");
    refuse("a: \x1B[2J\n", "job.yml:1:4: job: control character (byte 0x1b)");
    refuse("# b\xE2\x80\xA8"
           "a: 1\n",
           "job.yml:1:4: job: control character (byte 0xe2)");
    refuse("# b\xE2\x80\xA9"
           "a: 1\n",
           "job.yml:1:4: job: control character (byte 0xe2)");
    refuse("# b\ra: 1\n", "job.yml:1:4: job: control character (byte 0x0d)");
    refuse("a: \xE2\x80\xAE"
           "b\n",
           "job.yml:1:4: job: control character (byte 0xe2)");
    ck_assert_int_eq(parse("# b\r\na: 1\r\n"), SINK_OK);
    tear_down();
    set_up();
    refuse("a: \"\\0\"\n", "job.yml:1:4: job: escaped control character 0x00");
    refuse("a: \"\\e[2J\"\n", "job.yml:1:4: job: escaped control character 0x1b");
    refuse("a: \"\\x9b\"\n", "job.yml:1:4: job: escaped control character 0x9b");
    refuse("\"a\\r\": 1\n", "job.yml:1:1: job: escaped control character 0x0d");
    refuse_bytes("\xFF\xFE"
                 "a\0:\0",
                 6, "job.yml:1:1: job: UTF-16 text, expected UTF-8");
    refuse_bytes("\xFE\xFF\0a\0:", 6, "job.yml:1:1: job: UTF-16 text, expected UTF-8");
    refuse_bytes("a\0:\0 \0", 6, "job.yml:1:2: job: control character (byte 0x00)");
}
END_TEST

START_TEST(slips_of_syntax_come_with_a_hint)
{
    refuse("a:\n\tb: 1\n", "job.yml:2:1: job: found character that cannot start any token");
    ck_assert_int_eq(parse("a:\n\tb: 1\n"), SINK_BAD_JOB);
    ck_assert_ptr_nonnull(strstr(faults.items[0].message, "indent with spaces, not with tabs"));
    tear_down();
    set_up();
    ck_assert_int_eq(parse("a: {file: lc_{yaer}.tif}\n"), SINK_BAD_JOB);
    ck_assert_ptr_nonnull(strstr(faults.items[0].message, "in quotes"));
    tear_down();
    set_up();
    ck_assert_int_eq(parse("file: *.tif\n"), SINK_BAD_JOB);
    ck_assert_ptr_nonnull(strstr(faults.items[0].message, "in quotes"));
    tear_down();
    set_up();
    refuse("a: 1\ntitle: \"\nb: 2\nfile: \"lc.tif\"\n",
           "job.yml:2:8: job: text in quotes from here to line 4, and then: ");
}
END_TEST

/* A text of `count` times `piece`. */
static char *repeat(const char *piece, size_t count)
{
    const size_t bytes = strlen(piece);
    char *text = malloc(bytes * count + 1);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < count; i++)
        memcpy(text + bytes * i, piece, bytes);
    text[bytes * count] = '\0';
    return text;
}

START_TEST(depth_has_a_limit)
{
    char *open = repeat("[", SINK_YAML_LIMIT_DEPTH - 1),
         *close = repeat("]", SINK_YAML_LIMIT_DEPTH - 1);
    char text[128];
    snprintf(text, sizeof text, "a: %s%s\n", open, close);
    ck_assert_int_eq(parse(text), SINK_OK);
    tear_down();
    set_up();
    snprintf(text, sizeof text, "a: [%s%s]\n", open, close);
    refuse(text, "job.yml:1:35: job: nested more than 32 deep");
    free(open);
    free(close);
}
END_TEST

/* libyaml takes time quadratic in the depth of what it reads ahead. */
START_TEST(hostile_texts_are_refused_within_a_second)
{
    static const char *const pieces[] = {"[", "{", "- ", "? ", "{a: ", "[{", "&a ", "]", ":", "!"};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        char *text = repeat(pieces[i], 100000);
        const clock_t start = clock();
        refuse(text, "job.yml:1:");
        ck_assert_msg((double)(clock() - start) / CLOCKS_PER_SEC < 1, "%s", pieces[i]);
        free(text);
    }
}
END_TEST

START_TEST(size_and_counts_have_limits)
{
    char *text = repeat("#", SINK_YAML_LIMIT_BYTES + 1);
    refuse(text, "job.yml:1:1: job: 1048577 bytes, expected at most 1048576");
    free(text);
    text = repeat("- a\n", SINK_YAML_LIMIT_NODES);
    refuse(text, "job.yml:100000:3: job: more than 100000 values");
    free(text);
    text = malloc(20 * (SINK_YAML_LIMIT_KEYS + 1));
    ck_assert_ptr_nonnull(text);
    char *end = text;
    for (int i = 0; i <= SINK_YAML_LIMIT_KEYS; i++)
        end += sprintf(end, "k%d: 1\n", i);
    refuse(text, "job.yml:1001:1: job: more than 1000 keys in one map");
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("yaml");
    TCase *tests = tcase_create("yaml");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_tree_has_the_values_and_their_places);
    tcase_add_test(tests, a_path_names_keys_and_items_from_one);
    tcase_add_test(tests, scalars_stay_text);
    tcase_add_test(tests, placeholders_need_no_quotes);
    tcase_add_test(tests, json_is_read_as_well);
    tcase_add_test(tests, a_byte_order_mark_and_crlf_change_nothing);
    tcase_add_test(tests, what_could_share_or_hide_values_is_refused);
    tcase_add_test(tests, doubled_keys_name_both_lines);
    tcase_add_test(tests, bytes_that_are_no_text_are_refused_with_their_place);
    tcase_add_test(tests, slips_of_syntax_come_with_a_hint);
    tcase_add_test(tests, depth_has_a_limit);
    tcase_add_test(tests, hostile_texts_are_refused_within_a_second);
    tcase_add_test(tests, size_and_counts_have_limits);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
