# Reference values for reliability and factors, by psych, lavaan, GPArotation and base R.
# Run in this folder: Rscript factors.R > factors.json
suppressMessages({library(psych); library(lavaan); library(GPArotation); library(jsonlite)})
options(warn = -1)

read_rows <- function(set, file, wave, letter, k) {
  d <- read.csv(file.path(if (set == ".") set else file.path("..", set), file), colClasses = "character")
  d <- d[d$wave == wave, ]
  m <- sapply(paste0(letter, 1:k), function(name) suppressWarnings(as.numeric(d[[name]])))
  colnames(m) <- paste0("x", 1:k)
  m
}
sets <- list(
  complete_rk_w1 = read_rows("complete_12_cases", "rk.csv", "1", "i", 6),
  complete_leadership_w1 = read_rows("complete_12_cases", "leadership.csv", "1", "l", 7),
  gappy_rk_w1 = read_rows("gappy", "rk.csv", "1", "i", 6),
  gappy_rk_w2 = read_rows("gappy", "rk.csv", "2", "i", 6),
  gappy_leadership_w1 = read_rows("gappy", "leadership.csv", "1", "l", 7),
  two_factors = read_rows(".", "two_factors.csv", "1", "x", 8)
)
tight <- list(eval.max = 50000, iter.max = 50000, rel.tol = 1e-13, x.tol = 1e-12)

alphas <- function(m) {
  full <- m[complete.cases(m), ]
  some <- m[rowSums(!is.na(m)) > 0, ]
  a <- psych::alpha(as.data.frame(full), warnings = FALSE)
  p <- psych::alpha(as.data.frame(some), warnings = FALSE, use = "pairwise")
  list(n_listwise = nrow(full), n_any = nrow(some), alpha_listwise = a$total$raw_alpha,
       alpha_std_listwise = a$total$std.alpha, avg_r_listwise = a$total$average_r,
       r_drop_listwise = a$item.stats$r.drop, alpha_if_dropped_listwise = a$alpha.drop$raw_alpha,
       item_mean_listwise = a$item.stats$mean, item_sd_listwise = a$item.stats$sd,
       alpha_pairwise = p$total$raw_alpha)
}

adequacy <- function(m) {
  full <- m[complete.cases(m), ]
  k <- KMO(cor(full))
  b <- cortest.bartlett(cor(full), n = nrow(full))
  set.seed(1)
  noise <- replicate(1000, eigen(cor(matrix(rnorm(nrow(full) * ncol(full)), nrow(full))), only.values = TRUE)$values)
  list(kmo = k$MSA, kmo_items = unname(k$MSAi), bartlett_chi2 = b$chisq, bartlett_df = b$df,
       bartlett_p = b$p.value, eigenvalues = eigen(cor(full))$values,
       parallel_mean = rowMeans(noise), parallel_q95 = apply(noise, 1, quantile, 0.95))
}

settle <- function(L, Phi = diag(ncol(L))) {
  o <- order(-diag(Phi %*% t(L) %*% L)); L <- L[, o, drop = FALSE]; Phi <- Phi[o, o, drop = FALSE]
  s <- ifelse(colSums(L) < 0, -1, 1)
  list(loadings = unclass(unname(L %*% diag(s, length(s)))), phi = unname(diag(s, length(s)) %*% Phi %*% diag(s, length(s))))
}
minres_psi <- function(R, m) {
  f <- function(psi) { e <- eigen(R - diag(psi), TRUE); sum(e$values[-(1:m)]^2) / 2 }
  g <- function(psi) { e <- eigen(R - diag(psi), TRUE)
    -rowSums(sweep(e$vectors[, -(1:m), drop = FALSE]^2, 2, e$values[-(1:m)], "*")) }
  optim((1 - 0.5 * m / ncol(R)) / diag(solve(R)), f, g, method = "L-BFGS-B", lower = 0.005, upper = 1,
        control = list(factr = 10, pgtol = 0, maxit = 1000))$par
}
explored <- function(m, factors, method) {
  full <- m[complete.cases(m), ]; R <- cor(full)
  if (method == "ml") {
    fa0 <- factanal(covmat = R, n.obs = nrow(full), factors = factors, rotation = "none",
                    control = list(opt = list(factr = 10, pgtol = 0, maxit = 1000), nstart = 1))
    psi <- unname(fa0$uniquenesses); A <- unclass(fa0$loadings)
  } else {
    psi <- minres_psi(R, factors); e <- eigen(R - diag(psi), TRUE)
    A <- e$vectors[, 1:factors, drop = FALSE] %*% diag(sqrt(e$values[1:factors]), factors)
  }
  if (min(psi) < 0.0051) return(NULL) # a Heywood case: stopped at the bound
  A <- A %*% diag(ifelse(colSums(A) < 0, -1, 1), factors)
  model <- A %*% t(A) + diag(psi)
  objective <- sum(diag(solve(model, R))) - log(det(solve(model, R))) - ncol(R)
  spare <- ((ncol(R) - factors)^2 - ncol(R) - factors) / 2
  chi2 <- (nrow(full) - 1 - (2 * ncol(R) + 5) / 6 - 2 * factors / 3) * objective
  by_psych <- suppressWarnings(suppressMessages(
    fa(R, nfactors = factors, n.obs = nrow(full), fm = method, rotate = "oblimin")))
  held <- list(uniquenesses = psi, unrotated = settle(A)$loadings, objective = objective, df = spare, chi2 = chi2,
               p = pchisq(chi2, spare, lower.tail = FALSE),
               residual = sqrt(mean(((R - model)[lower.tri(R)])^2)),
               psych_uniquenesses = unname(by_psych$uniquenesses), psych_chi2 = by_psych$STATISTIC,
               psych_oblimin = unclass(unname(by_psych$loadings)))
  if (factors > 1) {
    held$varimax <- settle(unclass(varimax(A, eps = 1e-15)$loadings))$loadings
    ob <- GPFoblq(A, method = "oblimin", eps = 1e-9, maxit = 5000)
    held$oblimin <- settle(ob$loadings, ob$Phi)$loadings
    held$oblimin_phi <- settle(ob$loadings, ob$Phi)$phi[1, 2]
  }
  held
}

rmsea_ends <- function(x, df, n) {
  end <- function(below) if (pchisq(x, df) <= below) 0 else
    sqrt(uniroot(function(l) pchisq(x, df, l) - below, c(0, 10 * x + 100), tol = 1e-13, maxiter = 10000)$root / (n * df))
  c(end(0.95), end(0.05))
}
little <- function(m, mu, S) {
  m <- m[rowSums(!is.na(m)) > 0, ]
  key <- apply(is.na(m), 1, paste, collapse = "")
  d2 <- 0; held <- 0
  for (one in unique(key)) {
    part <- m[key == one, , drop = FALSE]; o <- !is.na(part[1, ]); held <- held + sum(o)
    apart <- colMeans(part[, o, drop = FALSE]) - mu[o]
    d2 <- d2 + nrow(part) * c(t(apart) %*% solve(S[o, o, drop = FALSE], apart))
  }
  list(chi2 = d2, df = held - ncol(m), p = pchisq(d2, held - ncol(m), lower.tail = FALSE))
}
confirmed <- function(m, groups, missing) {
  lines <- sapply(seq_along(groups), function(f) paste0("f", f, " =~ ", paste0("x", groups[[f]], collapse = " + ")))
  fitted <- cfa(paste(lines, collapse = "\n"), data = as.data.frame(m), std.lv = TRUE, missing = missing,
                control = tight, optim.force.converged = TRUE, em.h1.iter.max = 100000, em.h1.tol = 1e-13)
  e <- parameterEstimates(fitted, standardized = TRUE)
  at <- fitMeasures(fitted)
  load <- e[e$op == "=~", ]
  unique <- e[e$op == "~~" & e$lhs == e$rhs & grepl("^x", e$lhs), ]
  unique <- unique[match(load$rhs, unique$lhs), ]
  phi <- e[e$op == "~~" & e$lhs != e$rhs, ]
  ints <- e[e$op == "~1" & grepl("^x", e$lhs), ]
  ints <- ints[match(load$rhs, ints$lhs), ]
  total <- tapply(load$est, load$lhs, sum)^2; rest <- tapply(unique$est, load$lhs, sum)
  h1 <- lavInspect(fitted, "sampstat")
  held <- list(n = lavInspect(fitted, "nobs"), loadings = load$est, loadings_se = load$se, standardised = load$std.all,
       uniquenesses = unique$est, uniquenesses_se = unique$se, correlations = phi$est, correlations_se = phi$se,
       omegas = unname(c(total / (total + rest))), chi2 = at[["chisq"]], df = at[["df"]], p = at[["pvalue"]],
       baseline_chi2 = at[["baseline.chisq"]], baseline_df = at[["baseline.df"]], cfi = at[["cfi"]], tli = at[["tli"]],
       rmsea = at[["rmsea"]], lavaan_rmsea_ci = c(at[["rmsea.ci.lower"]], at[["rmsea.ci.upper"]]),
       rmsea_ci = rmsea_ends(at[["chisq"]], at[["df"]], lavInspect(fitted, "nobs")),
       rmsea_close = at[["rmsea.pvalue"]], srmr = at[["srmr_bentler"]], logl = at[["logl"]], aic = at[["aic"]],
       bic = at[["bic"]], npar = at[["npar"]])
  if (missing == "ml") { held$intercepts <- ints$est; held$intercepts_se <- ints$se }
  held
}
em <- function(m) {
  k <- ncol(m)
  saturated <- paste(sapply(1:k, function(i) paste0("x", i, " ~~ ", paste0("x", i:k, collapse = " + "))), collapse = "\n")
  fitted <- lavaan(saturated, data = as.data.frame(m), missing = "ml", meanstructure = TRUE, int.ov.free = TRUE,
                   control = tight, optim.force.converged = TRUE, em.h1.iter.max = 100000, em.h1.tol = 1e-13)
  h1 <- lavInspect(fitted, "sampstat")
  mu <- c(h1$mean); S <- unclass(h1$cov)
  list(n = lavInspect(fitted, "nobs"), means = unname(mu), covariance = unname(S), logl = fitMeasures(fitted)[["unrestricted.logl"]],
       little = little(m, mu, S))
}

two <- list(rk = list(c(2, 3, 6), c(1, 4, 5)), leadership = list(1:2, 3:4, 5:7), two = list(1:4, 5:8))
out <- list(versions = list(R = as.character(getRversion()), psych = as.character(packageVersion("psych")),
                            lavaan = as.character(packageVersion("lavaan")),
                            GPArotation = as.character(packageVersion("GPArotation"))))
for (name in names(sets)) {
  m <- sets[[name]]; groups <- if (grepl("rk", name)) two$rk else if (name == "two_factors") two$two else two$leadership
  held <- list(alpha = alphas(m), adequacy = adequacy(m))
  for (method in c("ml", "minres")) for (factors in 1:2)
    held[[paste0("efa_", method, "_", factors)]] <- explored(m, factors, method)
  held$cfa_one <- confirmed(m, list(1:ncol(m)), "listwise")
  held$cfa_more <- confirmed(m, groups, "listwise")
  if (!grepl("complete", name)) {
    held$em <- em(m)
    held$fiml_one <- confirmed(m, list(1:ncol(m)), "ml")
    held$fiml_more <- confirmed(m, groups, "ml")
  }
  out[[name]] <- held
}
cat(toJSON(out, auto_unbox = TRUE, digits = NA, pretty = TRUE), "\n")
