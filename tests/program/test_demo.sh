#!/bin/sh
# The demonstration, short: it says what is at work, writes both workbooks, ends by itself and leaves nothing running.
build=${LIMS_BUILD:-$(pwd)/build}
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cp "$build/limsd" "$build/limsctl" "$build/limssim" "$place/"
cp -r "$build/locale" "$place/"

n=0
check() {
  n=$((n + 1))
  if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; sed 's/^/# /' "$place/said"; fi
}

echo 1..5
BUILD=$place DEMO_SECONDS=3 config/demo/run > "$place/said" 2>&1
check $? "it ends by itself with status 0"
for language in zh_CN en; do
  unzipped=$(python3 -c 'import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).testzip())' "$place"/demo/weekly-*-$language.xlsx 2>&1)
  [ "$unzipped" = None ]
  check $? "the workbook in $language is whole"
done
[ "$(grep -c 'results$' "$place/said")" -gt 0 ] && ! grep -q ' 0 results$' "$place/said"
check $? "results came in"
ls -l /proc/[0-9]*/exe 2>/dev/null | grep -q "$place/"
[ $? = 1 ]
check $? "nothing is left running"
