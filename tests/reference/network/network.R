# Network measures and interfaces of the gappy data set, computed outside the project.
# Run in this folder: Rscript network.R
suppressMessages({library(sna); library(jsonlite)})
source("../effects/scores.R")
out <- list()
put <- function(key, value) out[[key]] <<- value
threshold <- 3.5

for (case in cases$case_id) {
  d <- dyads[dyads$case_id == case & dyads$wave == 1, ]
  people <- sort(unique(c(d$rater_id, d$target_id)))
  means <- matrix(NA, length(people), length(people), dimnames = list(people, people))
  means[cbind(d$rater_id, d$target_id)] <- d$mean
  tie <- 1 * (means >= threshold - 1e-12); diag(tie) <- NA
  known <- tie; known[is.na(known)] <- 0
  pairs <- !is.na(tie) & !is.na(t(tie))
  both <- tie * pairs
  mutual <- sum(both == 1 & t(both) == 1, na.rm = TRUE) / 2
  one_sided <- sum(both == 1 & t(both) == 0, na.rm = TRUE)
  gap <- abs(means - t(means)); gap <- gap[upper.tri(gap)]
  put(paste0(case, "/density"), if (all(is.na(tie))) NA else gden(tie))
  put(paste0(case, "/reciprocity"), if (mutual + one_sided == 0) NA else 2 * mutual / (2 * mutual + one_sided))
  put(paste0(case, "/asymmetry"), gone(mean(gap, na.rm = TRUE)))
  put(paste0(case, "/received"), centralization(known, degree, cmode = "indegree"))
  put(paste0(case, "/given"), centralization(known, degree, cmode = "outdegree"))
  put(paste0(case, "/components"), c(components(known, "weak"), components(1 * (known & t(known)), "weak"),
                                     components(known, "strong")))
  put(paste0(case, "/in_strength"), unname(colSums(means, na.rm = TRUE)))
  if (!anyNA(tie[upper.tri(tie) | lower.tri(tie)]) && sum(known) > 0)
    put(paste0(case, "/sna_edgewise"), unname(grecip(known, measure = "edgewise")))
}

people <- gappy("professionals"); role <- gappy("involvements")
d <- dyads[dyads$wave == 1 & !is.na(dyads$mean), ]
unit <- function(id) people$unit_id[match(id, people$professional_id)]
group <- function(id) people$professional_group[match(id, people$professional_id)]
part <- function(case, id) role$role[match(paste(case, unit(id)), paste(role$case_id, role$unit_id))]
table_of <- function(name, from, to) {
  kept <- !is.na(from) & !is.na(to)
  put(paste0(name, "/unlabelled"), sum(!kept))
  key <- paste(from, to, sep = "|")
  for (cell in sort(unique(key[kept]))) {
    e <- d[kept & key == cell, ]
    put(paste(name, cell, sep = "/"), c(mean(e$mean), if (nrow(e) > 1) sd(e$mean) else NA, nrow(e),
                                         length(unique(e$rater_id)), length(unique(e$case_id))))
  }
}
table_of("role", part(d$case_id, d$rater_id), part(d$case_id, d$target_id))
table_of("group", group(d$rater_id), group(d$target_id))
table_of("unit", unit(d$rater_id), unit(d$target_id))

write_reference("network.json", out, c("sna", "jsonlite"))
