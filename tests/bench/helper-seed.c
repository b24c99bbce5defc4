/* See helper-seed.h. A table in a statement; names are as long as real ones. */
#include "tests/bench/helper-seed.h"
#include "lims/core/time.h"
#include "lims/store/store.h"

#include <sqlite3.h>

static const char NETWORK[] =
    "INSERT INTO division(code, name, name_en, parent, level) "
    "VALUES('99', '云岭省', 'Yunling', NULL, 1), ('9901', '临河市', 'Linhe City', '99', "
    "2),"
    " ('990101', '清南县', 'Qingnan County', '9901', 3), ('990102', '白沙县', 'Baisha County', '9901', 3),"
    " ('990101001', '石桥镇', 'Shiqiao Town', '990101', 4);"
    "INSERT INTO lab(id, code, name, name_en, kind, division, zone, seq) "
    "VALUES(0, 'LH', '临河市食品检验中心', 'Linhe City Laboratory', 'city', '9901', "
    "'Asia/Shanghai', 1),"
    " (1, 'QN', '清南县检验所', 'Qingnan Laboratory', 'county', '990101', 'Asia/Shanghai', 1),"
    " (2, 'BS', '白沙县检验所', 'Baisha Laboratory', 'county', '990102', 'Asia/Shanghai', 1),"
    " (3, 'DX', '东溪区检验所', 'Dongxi Laboratory', 'county', '9901', 'Asia/Shanghai', 1);"
    "INSERT INTO commodity(code, name, name_en, family) "
    "VALUES('leek', '韭菜', 'Chinese chives', 'vegetables'), ('rice', '大米', 'Rice', "
    "'cereals');"
    "INSERT INTO limit_set(code, standard, title, tree, effective_from, effective_to, date_rule, source, "
    "standing, checked_by, seq) "
    "VALUES('gb', 'GB 2763-2021', 't', 'gb', '2021-09-03', NULL, 'production', 's', "
    "'good', NULL, 1);"
    "INSERT INTO method(code, name, standard) VALUES('m', '气相色谱-质谱联用法', 'GB 23200.113-2018');"
    "INSERT INTO station(lab, id, name, driver, title, origin, line, seq) "
    "VALUES(0, 1, 'gcms-1', 'gcmsms-astm', 'GC-MS/MS, multi-residue', 'synthetic', 'l', "
    "1);"
    "INSERT INTO person(lab, id, login, name, role, active, seq) "
    "VALUES(0, 1, 'li.na', '李娜', 'technician', 1, 1);"
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 59)"
    " INSERT INTO analyte(code, name, name_en, family) SELECT 'a' || i, '噻虫胺' || i, 'Clothianidin ' || i, "
    "'pesticide' FROM n;"
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 199)"
    " INSERT INTO site(lab, id, code, name, name_en, kind, division, address, seq) SELECT i % 4, i, 'S' || "
    "i, '东门集贸市场第' || i || '号摊位', NULL,"
    "  CASE i % 3 WHEN 0 THEN 'market' WHEN 1 THEN 'farm' ELSE 'stall' END,"
    "  CASE i % 2 WHEN 0 THEN '990101001' ELSE '990102' END, NULL, 1 FROM n";

/* A sample's id is 64 × its number, a result's that + its analyte. */
static const char *const WEEK[] = {
    "WITH RECURSIVE k(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM k WHERE i < :samples - 1)"
    " INSERT INTO sample(lab, id, number, site, commodity, commodity_name, registered_at_us, registered_by,"
    "  first_tested_us, seq) SELECT i % 4, (i + 1) * 64, printf('LH-261116-%04d', i), i % 200,"
    "  CASE i % 2 WHEN 0 THEN 'leek' ELSE 'rice' END, '韭菜', :from + i * 1000000, 'li.na',"
    "  :from + 86400000000 + i * 1000000, i + 1 FROM k",
    "INSERT INTO preparation(lab, id, sample, mass, mass_unit, volume, volume_unit, dilution, entered_by,"
    "  at_us, seq) SELECT lab, id, id, '10.00', 'g', '10', 'mL', '1', 'li.na', registered_at_us, seq"
    "  FROM sample",
    "INSERT INTO transmission(lab, id, journal, journal_seq, station, driver, began_us, ended_us, "
    "committed_us, state, reason, linked, body_digest, body, raw, readings, seq) SELECT lab, id, 'j', id, "
    "'gcms-1', 'gcmsms-astm', registered_at_us,"
    "  registered_at_us, first_tested_us, 'delivered', NULL, NULL, 'x', NULL, x'0203', 1, seq FROM sample",
    "WITH RECURSIVE a(j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM a WHERE j < :analytes - 1)"
    " INSERT INTO determination(lab, id, sample, analyte, transmission, printed, state, unit, basis,"
    "  replicate, method, person, measured_at_us, arrived_us, committed_us, seq) SELECT lab, id + j, id,"
    "  'a' || j, id, printf('%.3f', (id + j) % 997 / 1000.0), 'number', 'mg/kg', 'sample', 0, 'm', 'li.na',"
    "  registered_at_us, registered_at_us, first_tested_us, seq FROM sample, a",
    "INSERT INTO verdict(lab, id, sample, analyte, determination, preparation, verdict, reason_code, reason,"
    "  value_text, value_number, value_unit, limit_set, limit_id, standard, clause, node_path, limit_kind,"
    "  limit_text, limit_number, limit_unit, factor, rule, committed_us, week, current, seq, printed, "
    "computed,"
    "  calculation) SELECT lab, id, sample, analyte, id, sample, 'exceeds', 'above-limit', 'r', printed,"
    "  printed, unit, 'gb', id % 64, 'GB 2763-2021', '4.126', '蔬菜 > 叶菜类 > 韭菜', 'maximum', '0.2', "
    "  '0.2', 'mg/kg', printf('%.3f', 1 + id % 97 / 10.0), 'simple acceptance, full value', committed_us,"
    "  :week, 1, seq, printed || ' ' || unit, printed,"
    "  printed || ' mg/L × 10 mL × 1 / 10.00 g' || char(10) || '= ' || printed || ' mg/kg' FROM "
    "determination",
    "INSERT INTO exceedance(lab, id, verdict, sample, site, analyte, week, committed_us, withdrawn_seq, seq) "
    "SELECT v.lab, v.id, v.id, v.sample, s.site, v.analyte, v.week, v.committed_us,"
    "  NULL, v.seq FROM verdict v JOIN sample s ON s.lab = v.lab AND s.id = v.sample",
    "INSERT INTO change(seq, at_us, lab, table_name, row_key) SELECT seq, first_tested_us, lab, 'sample', id"
    "  FROM sample",
};

static void run(sqlite3 *handle, const char *sql) {
  if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK)
    g_error("%s: %s", sqlite3_errmsg(handle), sql);
}

static void bind(sqlite3_stmt *statement, const char *name, gint64 value) {
  int index = sqlite3_bind_parameter_index(statement, name);

  if (index)
    sqlite3_bind_int64(statement, index, value);
}

static void run_bound(sqlite3 *handle, const char *sql, const LimsSeed *seed, gint64 from_us) {
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) != SQLITE_OK)
    g_error("%s: %s", sqlite3_errmsg(handle), sql);
  bind(statement, ":samples", seed->samples);
  bind(statement, ":analytes", seed->analytes);
  bind(statement, ":week", seed->week);
  bind(statement, ":from", from_us);
  if (sqlite3_step(statement) != SQLITE_DONE)
    g_error("%s: %s", sqlite3_errmsg(handle), sql);
  sqlite3_finalize(statement);
}

void lims_seed_store(const char *path, const LimsSeed *seed) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Asia/Shanghai");
  g_autofree char *url = g_strconcat("sqlite:", path, NULL);
  LimsStore *store = lims_store_open(url, TRUE, &error);
  sqlite3 *handle = NULL;
  gint64 from_us, to_us;

  if (!store)
    g_error("%s", error->message);
  lims_store_close(store);
  if (sqlite3_open(path, &handle) != SQLITE_OK)
    g_error("%s: %s", path, sqlite3_errmsg(handle));
  lims_time_week_range(seed->week, zone, &from_us, &to_us);
  run(handle, "PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF; BEGIN");
  run(handle, NETWORK);
  for (guint i = 0; i < G_N_ELEMENTS(WEEK); i++)
    run_bound(handle, WEEK[i], seed, from_us);
  run(handle, "COMMIT");
  sqlite3_close(handle);
}
