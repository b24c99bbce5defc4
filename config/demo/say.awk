# Says a list of limsctl (--format csv) in plain lines. what=exceeding: results whose verdict is against them, each sample and
# analyte once; `said` keeps those that were said, `last` the id of the last row seen. what=held: why each row waits.
# `most` lines are said, the others counted.
function split_row(text, out,    n, c, i, quoted, field) {
  n = 1; field = ""; quoted = 0
  for (i = 1; i <= length(text); i++) {
    c = substr(text, i, 1)
    if (c == "\"") quoted = !quoted
    else if (c == "," && !quoted) { out[n++] = field; field = "" }
    else field = field c
  }
  out[n] = field
}
function value(name) { return name in column ? f[column[name]] : "" }
function say(text) {
  if (++lines <= most) print "  " text
}
function say_exceeding(    pair, place, amount) {
  pair = value("sample") " " value("analyte")
  if (pair in known) return
  known[pair]; print pair >> said
  place = value("commodity") ", " site[value("lab") " " value("site")] " (" value("lab") " " value("site") ")"
  amount = value("analyte-name") " " value("analyte") " " value("judged") " " value("judged-unit")
  if (value("verdict") == "exceeds")
    say(value("sample") "  " place ": " amount "; limit " value("limit") " " value("limit-unit") ", " value("standard"))
  else
    say(value("sample") "  " place ": " amount "; screened positive, to be confirmed")
}
function say_held() {
  say(sprintf("%-8s %-3s %-17s", value("station"), value("lab"), value("specimen") " " value("code")) value("reason") ": " value("detail"))
}
BEGIN {
  while ((getline line < sites) > 0) { split_row(line, f); site[f[1] " " f[2]] = f[5] }
  while (said && (getline line < said) > 0) known[line]
  close(said)
}
NR == 1 { n = 0; delete f; split_row($0, f); for (i in f) column[f[i]] = i; next }
{
  split_row($0, f)
  if (value("id")) newest = value("id")
  if (what == "held") say_held()
  else if (value("verdict") == "exceeds" || value("verdict") == "screening-positive") say_exceeding()
}
END {
  if (lines > most) print "  and " lines - most " more"
  if (newest && last) print newest > last
}
