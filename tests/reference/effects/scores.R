# Scores of the gappy data set from its raw answers, by R alone: what the reference scripts share.
gappy <- function(name) read.csv(file.path("..", "gappy", paste0(name, ".csv")), colClasses = "character",
                                 encoding = "UTF-8")
answers <- function(d, letter) {
  cells <- as.matrix(d[, grep(paste0("^", letter, "[0-9]+$"), names(d))])
  cells[cells == "DK" | cells == ""] <- NA
  storage.mode(cells) <- "numeric"
  unname(cells)
}
row_means <- function(cells) ifelse(rowSums(!is.na(cells)) == 0, NA, rowMeans(cells, na.rm = TRUE))
gone <- function(x) ifelse(is.nan(x), NA, x)

dyads <- gappy("rk"); dyads$mean <- row_means(answers(dyads, "i")); dyads$wave <- as.numeric(dyads$wave)
dyads <- dyads[dyads$rater_id != dyads$target_id, ]
lead <- gappy("leadership"); lead$mean <- row_means(answers(lead, "l"))
citizen <- gappy("citizen"); citizen$mean <- row_means(answers(citizen, "c"))
cases <- gappy("cases"); cases <- cases[order(cases$case_id), ]
cases$arm <- as.numeric(cases$arm); cases$n_units <- as.numeric(cases$n_units)

per_case <- function(d, wave) {
  d <- d[d$wave == wave, ]
  gone(as.numeric(tapply(d$mean, factor(d$case_id, cases$case_id), mean, na.rm = TRUE)))
}
case_table <- function(wave) data.frame(
  case_id = cases$case_id, municipality = cases$municipality_id, arm = cases$arm, n_units = cases$n_units,
  rk = per_case(dyads, wave), leadership = per_case(lead, wave), citizen = per_case(citizen, wave))
given_table <- function(wave) {
  d <- dyads[dyads$wave == wave & !is.na(dyads$mean), ]
  g <- aggregate(mean ~ case_id + rater_id, d, mean)
  g$wave <- wave
  merge(g, cases, by = "case_id")
}
write_reference <- function(file, values, packages) {
  versions <- c(R = paste(R.version$major, R.version$minor, sep = "."),
                sapply(packages, function(p) as.character(packageVersion(p))))
  writeLines(jsonlite::toJSON(list(versions = as.list(versions), references = lapply(values, unname)),
                              digits = NA, auto_unbox = TRUE, pretty = TRUE, na = "null"), file)
}
