# The gappy data set's dyad means, without this project's code.

read_gappy <- function(name) read.csv(file.path("..", "gappy", paste0(name, ".csv")), na.strings = "")

# One row per rater and target with any valid item: mean of the valid ones.
dyads <- function() {
  rk <- read_gappy("rk")
  items <- suppressWarnings(apply(as.matrix(rk[, paste0("i", 1:6)]), 2, as.numeric))
  items[!is.na(items) & (items < 1 | items > 5)] <- NA
  rk$mean <- rowMeans(items, na.rm = TRUE)
  rk <- rk[!is.nan(rk$mean), c("case_id", "wave", "rater_id", "target_id", "mean")]
  rk[rk$rater_id != rk$target_id, ]
}

# One matrix per case of a wave, members sorted by id; NA without a mean.
matrices <- function(wave) {
  all <- dyads()
  rk <- all[all$wave == wave, ]
  members <- read_gappy("members")
  cases <- sort(unique(members$case_id))
  held <- lapply(cases, function(case) {
    ids <- sort(members$professional_id[members$case_id == case])
    m <- matrix(NA_real_, length(ids), length(ids), dimnames = list(ids, ids))
    d <- rk[rk$case_id == case, ]
    m[cbind(d$rater_id, d$target_id)] <- d$mean
    m
  })
  names(held) <- cases
  held
}

write_references <- function(file, out, packages, sourced = list()) {
  versions <- c(list(R = paste(R.version$major, R.version$minor, sep = ".")),
                sapply(packages, function(p) as.character(packageVersion(p)), simplify = FALSE), sourced)
  text <- jsonlite::toJSON(list(versions = versions, references = out), auto_unbox = TRUE,
                           digits = NA, pretty = TRUE, null = "null", na = "null")
  writeLines(text, file)
}
