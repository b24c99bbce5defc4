# A day's registration from samples.csv: its rows in so many rounds, each with the client's mark that the analyzer will name
# (the analyzer's letter and a number), and what hangs on the mark: `dir`/LAB-LETTER.txt for the analyzer,
# `dir`/preparations.csv for the digests. The third digest of each laboratory has no preparation: its results are held.
BEGIN {
  FS = ","
  print "lab,site,commodity,sampled-at,produced-on,client"
  print "lab,sample,mass,mass-unit,volume,volume-unit" > (dir "/preparations.csv")
}
FNR > 1 { row[++rows] = $0 }
END {
  for (round = 1; round <= rounds; round++)
    for (i = 1; i <= rows; i++) {
      split(row[i], f)
      n = ++count[f[1] f[4]]
      mark = sprintf("%s-%03d", f[4], n)
      print f[1] "," f[2] "," f[3] "," day "," day "," mark
      print mark > (dir "/" f[1] "-" f[4] ".txt")
      if (f[4] == "X" && n == 3)
        print "NOT-REGISTERED-1" > (dir "/" f[1] "-" f[4] ".txt")
      if ((f[4] == "I" || f[4] == "A") && n != 3)
        printf "%s,%s,%.4f,g,25,mL\n", f[1], mark, 0.5 + n % 7 / 1000 > (dir "/preparations.csv")
    }
}
