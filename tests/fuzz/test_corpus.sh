#!/bin/sh
# Replays each parser's corpus: what once broke it and what good input looks like. Prints TAP.
set -u
out=${LIMS_BUILD:-build}/tests/fuzz
count=0
for fuzzer in tests/fuzz/fuzz-*.c; do
  name=$(basename "$fuzzer" .c)
  count=$((count + 1))
  if [ ! -x "$out/$name" ]; then
    echo "ok $count - $name # SKIP $out/$name is not built"
  elif told=$("$out/$name" "tests/fuzz/corpus/${name#fuzz-}" 2>&1); then
    echo "ok $count - $name: $told"
  else
    echo "$told" | sed 's/^/# /'
    echo "not ok $count - $name"
  fi
done
echo "1..$count"
