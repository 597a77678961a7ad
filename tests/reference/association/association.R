# Correlations, moderated slope, path and power on the gappy data set, computed outside the project.
# Run in this folder: Rscript association.R
suppressMessages({library(sandwich); library(jsonlite); library(pwr)})
source("../effects/scores.R")

w1 <- case_table(1)
out <- list()
put <- function(key, value) out[[key]] <<- value

# Correlations: means rounded to 9 decimals before ranking.
pairs <- list(rk_citizen = w1[, c("rk", "citizen")], rk_leadership = w1[, c("rk", "leadership")],
              units_citizen = w1[, c("n_units", "citizen")])
for (name in names(pairs)) {
  d <- pairs[[name]][complete.cases(pairs[[name]]), ]
  x <- d[[1]]; y <- d[[2]]
  p <- cor.test(x, y)
  put(paste0(name, "/n"), length(x))
  put(paste0(name, "/pearson"), c(p$estimate, p$p.value, p$conf.int))
  s <- suppressWarnings(cor.test(round(x, 9), round(y, 9), method = "spearman", exact = FALSE))
  put(paste0(name, "/spearman"), c(s$estimate, s$p.value))
  k <- suppressWarnings(cor.test(round(x, 9), round(y, 9), method = "kendall"))
  put(paste0(name, "/kendall"), c(k$estimate, k$p.value))
}
# Without ties: R's exact Kendall.
k <- cor.test(seq_len(12), c(2, 1, 4, 3, 7, 5, 6, 12, 8, 9, 11, 10), method = "kendall", exact = TRUE)
put("untied/kendall", c(k$estimate, k$p.value))

# Interaction with more than five units; all members of the HC3 table.
d <- w1[complete.cases(w1[, c("rk", "citizen")]), ]
d$many <- as.numeric(d$n_units > 5)
hc3 <- function(m) sqrt(diag(vcovHC(m, type = "HC3")))
explicit <- lm(citizen ~ rk * many, d)
put("moderation/explicit", unname(coef(explicit)))
put("moderation/explicit_se", unname(hc3(explicit)))
d$c_rk <- d$rk - mean(d$rk); d$c_many <- d$many - mean(d$many)
centred <- lm(citizen ~ c_rk * c_many, d)
put("moderation/centred", unname(coef(centred)))
put("moderation/centred_se", unname(hc3(centred)))
d$few <- 1 - d$many
turned <- lm(citizen ~ rk * few, d)
put("moderation/slope_with", c(coef(turned)[["rk"]], hc3(turned)[["rk"]]))
put("moderation/p", 2 * pt(-abs(coef(explicit)[[4]] / hc3(explicit)[[4]]), df.residual(explicit)))

# Path, and the indirect effect in given resamples (places modulo the cases with all three).
d <- w1[complete.cases(w1[, c("leadership", "rk", "citizen")]), ]
a <- lm(rk ~ leadership, d); b <- lm(citizen ~ rk + leadership, d); total <- lm(citizen ~ leadership, d)
put("path/n", nrow(d))
put("path/a", c(coef(a)[[2]], hc3(a)[[2]]))
put("path/b", c(coef(b)[[2]], hc3(b)[[2]]))
put("path/direct", c(coef(b)[[3]], hc3(b)[[3]]))
put("path/total", c(coef(total)[[2]], hc3(total)[[2]]))
put("path/indirect", coef(a)[[2]] * coef(b)[[2]])
resamples <- as.matrix(read.csv("../gappy/boot_indices.csv"))[, seq_len(nrow(d))] %% nrow(d) + 1
drawn <- apply(resamples, 1, function(rows) {
  e <- d[rows, ]
  coef(lm(rk ~ leadership, e))[[2]] * coef(lm(citizen ~ rk + leadership, e))[[2]]
})
put("path/indirect_se", sd(drawn))
put("path/indirect_percentile", unname(quantile(drawn, c(.025, .975), type = 7)))

# Power.
by_f <- function(ncp, df) 1 - pf(qf(.95, 1, df), 1, df, ncp = ncp^2)
put("power/slope", by_f(0.4 * 0.5 * sqrt(53) / 0.6, 52))
put("power/moderator", by_f(0.4 / (0.6 / 0.5 * sqrt(1 / 19 + 1 / 33)), 50))
put("power/noncentral_t", c(pt(2, 10, 1.5), pt(-1, 8, 2), pt(3, 4.5, 1)))
put("power/pwr_f2", pwr.f2.test(u = 1, v = 52, f2 = 0.1)$power)
kish <- 1 + 4 * 0.25
put("power/trial", power.t.test(n = 27, delta = 0.4, sd = 0.8 * sqrt(kish / 5), strict = TRUE)$power)
put("power/trial_needed",
    ceiling(power.t.test(power = .8, delta = 0.4, sd = 0.8 * sqrt(kish / 5), strict = TRUE)$n))
eldridge <- 1 + ((1 + 0.4^2) * 5 - 1) * 0.25
put("power/trial_unequal",
    pwr.t2n.test(n1 = 20, n2 = 30, d = 0.4 / (0.8 * sqrt(eldridge / 5)))$power)
put("power/trial_detectable",
    uniroot(function(x) power.t.test(n = 27, delta = x, sd = 0.8 * sqrt(kish / 5), strict = TRUE)$power - .8,
            c(.1, 1), tol = 1e-12)$root)

# Multiplicity.
p <- c(0.01, 0.04, 0.03, 0.005, 0.2, 0.03)
put("multiplicity/p", p)
put("multiplicity/holm", p.adjust(p, "holm"))
put("multiplicity/bh", p.adjust(p, "BH"))

write_reference("association.json", out, c("sandwich", "pwr", "jsonlite"))
