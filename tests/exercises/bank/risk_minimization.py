"""Wrong answers to the exercises of lesson 01."""
# Beginners' code is the data of these tests, so its style stays as it is.
# ruff: noqa

import math

import numpy as np

from .wrong import wrong


@wrong("01.1", "the accuracy instead of the error")
def empirical_error(guess, label):
    return np.mean(guess == label)


@wrong("01.1", "the number of mistakes instead of the fraction")
def empirical_error(guess, label):
    return np.sum(guess != label)


@wrong("01.1", "divides by m - 1")
def empirical_error(guess, label):
    wrong_ones = 0
    for g, l in zip(guess, label):
        if g != l:
            wrong_ones += 1
    return wrong_ones / (len(label) - 1)


@wrong("01.1", "the mean distance of the class numbers")
def empirical_error(guess, label):
    return np.mean(np.abs(np.array(guess) - np.array(label)))


@wrong("01.1", "the mean squared difference of the class numbers")
def empirical_error(guess, label):
    return ((np.asarray(guess) - np.asarray(label)) ** 2).mean()


@wrong("01.1", "integer division turns the fraction into 0 or 1")
def empirical_error(guess, label):
    count = 0
    for i in range(len(guess)):
        if guess[i] != label[i]:
            count = count + 1
    return count // len(guess)


@wrong("01.1", "a percentage instead of a fraction")
def empirical_error(guess, label):
    return 100 * np.mean(guess != label)


@wrong("01.1", "the last example is never looked at")
def empirical_error(guess, label):
    count = 0
    for i in range(len(guess) - 1):
        if guess[i] != label[i]:
            count += 1
    return count / len(guess)


@wrong("01.1", "one flag per example instead of their mean")
def empirical_error(guess, label):
    return guess != label


@wrong("01.1", "only mistakes where the guess is too high count")
def empirical_error(guess, label):
    return np.mean(guess > label)


@wrong("01.1", "returns inside the loop, after the first mistake or the first hit")
def empirical_error(guess, label):
    errors = 0
    for g, l in zip(guess, label):
        if g != l:
            errors += 1
        return errors / len(label)


@wrong("01.1", "rounded to one decimal")
def empirical_error(guess, label):
    return round(float(np.mean(guess != label)), 1)


@wrong("01.2", "every point counts the same: the probabilities are not used")
def true_error(guess, label, probability):
    if np.any(np.asarray(probability) < 0) or abs(np.sum(probability) - 1) > 1e-6:
        raise ValueError("not a distribution")
    return np.mean(guess != label)


@wrong("01.2", "the probability of being right")
def true_error(guess, label, probability):
    if np.any(np.asarray(probability) < 0) or abs(np.sum(probability) - 1) > 1e-6:
        raise ValueError("not a distribution")
    return np.sum(probability[guess == label])


@wrong("01.2", "the sum of the mistakes' probabilities is divided by K once more")
def true_error(guess, label, probability):
    if np.any(np.asarray(probability) < 0) or abs(np.sum(probability) - 1) > 1e-6:
        raise ValueError("not a distribution")
    return np.mean((guess != label) * probability)


@wrong("01.2", "the mean of the mistakes' probabilities instead of their sum")
def true_error(guess, label, probability):
    if np.any(np.asarray(probability) < 0) or abs(np.sum(probability) - 1) > 1e-6:
        raise ValueError("not a distribution")
    bad = probability[guess != label]
    if len(bad) == 0:
        return 0.0
    return bad.mean()


@wrong("01.2", "never raises a ValueError")
def true_error(guess, label, probability):
    total = 0
    for g, l, p in zip(guess, label, probability):
        if g != l:
            total += p
    return total


@wrong("01.2", "does not notice negative probabilities")
def true_error(guess, label, probability):
    if abs(np.sum(probability) - 1) > 1e-6:
        raise ValueError("probabilities must sum to 1")
    return float(np.sum(probability * (guess != label)))


@wrong("01.2", "does not check the sum")
def true_error(guess, label, probability):
    if min(probability) < 0:
        raise ValueError("negative")
    return float(np.sum(probability * (guess != label)))


@wrong("01.2", "normalizes the probabilities silently instead of raising an error for a wrong sum")
def true_error(guess, label, probability):
    probability = np.array(probability)
    if (probability < 0).any():
        raise ValueError("negative")
    probability = probability / probability.sum()
    return probability[guess != label].sum()


@wrong("01.2", "creates the ValueError but does not raise it")
def true_error(guess, label, probability):
    if np.any(probability < 0) or abs(np.sum(probability) - 1) > 1e-6:
        ValueError("not a distribution")
    return np.sum(probability[guess != label])


@wrong("01.2", "weighs the distance of the class numbers instead of the mistake")
def true_error(guess, label, probability):
    if np.any(probability < 0) or abs(np.sum(probability) - 1) > 1e-6:
        raise ValueError("not a distribution")
    return np.sum(np.abs(guess - label) * probability)


@wrong("01.2", "compares the sum with exactly 1, so rounding errors raise a ValueError")
def true_error(guess, label, probability):
    if np.any(probability < 0) or np.sum(probability) != 1:
        raise ValueError("not a distribution")
    return np.sum(probability[guess != label])


@wrong("01.3", "1 at x >= t instead of x > t in the error")
def erm_threshold(x, label):
    best, best_t = 2, 0
    for t in list(x) + [min(x) - 1]:
        h = (x >= t).astype(int)
        e = np.mean(h != label)
        if e < best:
            best, best_t = e, t
    return best_t, best


@wrong("01.3", "only the data points are tried, so never a threshold below all of them")
def erm_threshold(x, label):
    best_t, best = x[0], 1.1
    for t in np.unique(x):
        e = np.mean((x > t) != label)
        if e < best:
            best_t, best = t, e
    return best_t, best


@wrong("01.3", "the error is returned before t")
def erm_threshold(x, label):
    ts = np.concatenate([[np.min(x) - 1], np.sort(x)])
    errors = [np.mean((x > t).astype(int) != label) for t in ts]
    i = int(np.argmin(errors))
    return errors[i], ts[i]


@wrong("01.3", "the threshold may be minus infinity, which is not finite")
def erm_threshold(x, label):
    ts = [-np.inf] + sorted(x)
    errors = [np.mean((x > t).astype(int) != label) for t in ts]
    i = int(np.argmin(errors))
    return ts[i], errors[i]


@wrong("01.3", "the largest error is sought instead of the least")
def erm_threshold(x, label):
    ts = np.concatenate([[np.min(x) - 1], np.sort(x)])
    errors = [np.mean((x > t).astype(int) != label) for t in ts]
    i = int(np.argmax(errors))
    return ts[i], errors[i]


@wrong("01.3", "the number of mistakes instead of the fraction")
def erm_threshold(x, label):
    ts = np.concatenate([[np.min(x) - 1], np.sort(x)])
    errors = [np.sum((x > t).astype(int) != label) for t in ts]
    i = int(np.argmin(errors))
    return ts[i], errors[i]


@wrong("01.3", "the mean of x as the threshold, without a search")
def erm_threshold(x, label):
    t = np.mean(x)
    return t, np.mean((x > t) != label)


@wrong("01.3", "halfway between the means of the two classes, without a search")
def erm_threshold(x, label):
    a = x[label == 0].mean() if (label == 0).any() else x.min()
    b = x[label == 1].mean() if (label == 1).any() else x.max()
    t = (a + b) / 2
    return t, np.mean((x > t) != label)


@wrong("01.3", "sorts x but not the labels with it")
def erm_threshold(x, label):
    x = np.sort(x)
    ts = np.concatenate([[x[0] - 1], x])
    errors = [np.mean((x > t).astype(int) != label) for t in ts]
    i = int(np.argmin(errors))
    return ts[i], errors[i]


@wrong("01.3", "the classes are swapped: 1 where x <= t")
def erm_threshold(x, label):
    ts = np.concatenate([[np.min(x) - 1], np.sort(x)])
    errors = [np.mean((x <= t).astype(int) != label) for t in ts]
    i = int(np.argmin(errors))
    return ts[i], errors[i]


@wrong("01.3", "either direction of the threshold is allowed: the smaller of e and 1 - e")
def erm_threshold(x, label):
    ts = np.concatenate([[np.min(x) - 1], np.sort(x)])
    errors = []
    for t in ts:
        e = np.mean((x > t).astype(int) != label)
        errors.append(min(e, 1 - e))
    i = int(np.argmin(errors))
    return ts[i], errors[i]


@wrong("01.3", "the position of the threshold instead of the threshold")
def erm_threshold(x, label):
    ts = np.concatenate([[np.min(x) - 1], np.sort(x)])
    errors = [np.mean((x > t).astype(int) != label) for t in ts]
    i = int(np.argmin(errors))
    return i, errors[i]


@wrong("01.4", "the hypotheses are ignored")
def hoeffding_sample_size(epsilon, delta, hypotheses=1):
    return math.ceil(math.log(2 / delta) / (2 * epsilon**2))


@wrong("01.4", "the factor 2 in front of the exponential is forgotten")
def hoeffding_sample_size(epsilon, delta, hypotheses=1):
    return math.ceil(math.log(hypotheses / delta) / (2 * epsilon**2))


@wrong("01.4", "epsilon is not squared")
def hoeffding_sample_size(epsilon, delta, hypotheses=1):
    return math.ceil(math.log(2 * hypotheses / delta) / (2 * epsilon))


@wrong("01.4", "rounds down")
def hoeffding_sample_size(epsilon, delta, hypotheses=1):
    return int(math.log(2 * hypotheses / delta) / (2 * epsilon**2))


@wrong("01.4", "the number is not rounded up")
def hoeffding_sample_size(epsilon, delta, hypotheses=1):
    return np.log(2 * hypotheses / delta) / (2 * epsilon**2)


@wrong("01.4", "log base 10")
def hoeffding_sample_size(epsilon, delta, hypotheses=1):
    return math.ceil(math.log10(2 * hypotheses / delta) / (2 * epsilon**2))


@wrong("01.4", "log base 2")
def hoeffding_sample_size(epsilon, delta, hypotheses=1):
    return int(np.ceil(np.log2(2 * hypotheses / delta) / (2 * epsilon**2)))


@wrong("01.4", "the 2 in the denominator is forgotten")
def hoeffding_sample_size(epsilon, delta, hypotheses=1):
    return math.ceil(math.log(2 * hypotheses / delta) / epsilon**2)


@wrong("01.4", "epsilon and delta are swapped")
def hoeffding_sample_size(epsilon, delta, hypotheses=1):
    return math.ceil(math.log(2 * hypotheses / epsilon) / (2 * delta**2))


@wrong("01.4", "(2 epsilon)² in place of 2 epsilon²")
def hoeffding_sample_size(epsilon, delta, hypotheses=1):
    return math.ceil(math.log(2 * hypotheses / delta) / (2 * epsilon) ** 2)


@wrong("01.4", "always one more than the rounded-up number")
def hoeffding_sample_size(epsilon, delta, hypotheses=1):
    m = math.log(2 * hypotheses / delta) / (2 * epsilon**2)
    return math.ceil(m) + 1


@wrong("01.4", "the hypotheses multiply the sample size instead of the argument of the logarithm")
def hoeffding_sample_size(epsilon, delta, hypotheses=1):
    return math.ceil(hypotheses * math.log(2 / delta) / (2 * epsilon**2))


@wrong("01.5", "the smallest empirical error alone")
def choose_class(empirical_errors, class_sizes, m, delta):
    return int(np.argmin(empirical_errors))


@wrong("01.5", "the smallest class")
def choose_class(empirical_errors, class_sizes, m, delta):
    return int(np.argmin(class_sizes))


@wrong("01.5", "the minimum instead of its index")
def choose_class(empirical_errors, class_sizes, m, delta):
    bound = np.array(empirical_errors) + np.sqrt(
        np.log(2 * len(class_sizes) * np.array(class_sizes) / delta) / (2 * m)
    )
    return np.min(bound)


@wrong("01.5", "the index is counted from 1")
def choose_class(empirical_errors, class_sizes, m, delta):
    bound = np.array(empirical_errors) + np.sqrt(
        np.log(2 * len(class_sizes) * np.array(class_sizes) / delta) / (2 * m)
    )
    return int(np.argmin(bound)) + 1


@wrong("01.5", "argmax instead of argmin")
def choose_class(empirical_errors, class_sizes, m, delta):
    bound = np.array(empirical_errors) + np.sqrt(
        np.log(2 * len(class_sizes) * np.array(class_sizes) / delta) / (2 * m)
    )
    return int(np.argmax(bound))


@wrong("01.5", "the square root is forgotten")
def choose_class(empirical_errors, class_sizes, m, delta):
    bound = np.array(empirical_errors) + np.log(2 * len(class_sizes) * np.array(class_sizes) / delta) / (
        2 * m
    )
    return int(np.argmin(bound))


@wrong("01.5", "the penalty is subtracted")
def choose_class(empirical_errors, class_sizes, m, delta):
    bound = np.array(empirical_errors) - np.sqrt(
        np.log(2 * len(class_sizes) * np.array(class_sizes) / delta) / (2 * m)
    )
    return int(np.argmin(bound))


@wrong("01.5", "each class is given the whole delta")
def choose_class(empirical_errors, class_sizes, m, delta):
    bound = np.array(empirical_errors) + np.sqrt(np.log(2 * np.array(class_sizes) / delta) / (2 * m))
    return int(np.argmin(bound))


@wrong("01.5", "the last class is never tried")
def choose_class(empirical_errors, class_sizes, m, delta):
    best, k = float("inf"), 0
    for i in range(len(class_sizes) - 1):
        bound = empirical_errors[i] + math.sqrt(
            math.log(2 * len(class_sizes) * class_sizes[i] / delta) / (2 * m)
        )
        if bound < best:
            best, k = bound, i
    return k


@wrong("01.5", "the product of error and penalty instead of the sum")
def choose_class(empirical_errors, class_sizes, m, delta):
    bound = np.array(empirical_errors) * np.sqrt(
        np.log(2 * len(class_sizes) * np.array(class_sizes) / delta) / (2 * m)
    )
    return int(np.argmin(bound))


@wrong("01.5", "the size of the class without its logarithm")
def choose_class(empirical_errors, class_sizes, m, delta):
    bound = np.array(empirical_errors) + np.sqrt(
        2 * len(class_sizes) * np.array(class_sizes) / delta / (2 * m)
    )
    return int(np.argmin(bound))
