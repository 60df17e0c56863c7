"""Wrong answers to the exercises of lesson 02."""
# Beginners' code is the data of these tests, so its style stays as it is.
# ruff: noqa

import math
import statistics

import numpy as np

from .wrong import wrong


@wrong("02.1", "the square of the mean error")
def mse(p, y):
    return np.mean(p - y) ** 2, 2 * (p - y) / p.size


@wrong("02.1", "the difference of the squares")
def mse(p, y):
    return np.mean(p**2 - y**2), 2 * (p - y) / p.size


@wrong("02.1", "the sum instead of the mean, in loss and gradient")
def mse(p, y):
    return np.sum((p - y) ** 2), 2 * (p - y)


@wrong("02.1", "one loss per column")
def mse(p, y):
    return np.mean((p - y) ** 2, axis=0), 2 * (p - y) / p.size


@wrong("02.1", "the gradient is divided by the batch size only")
def mse(p, y):
    return np.mean((p - y) ** 2), 2 * (p - y) / len(p)


@wrong("02.1", "the gradient lacks the factor 2")
def mse(p, y):
    return np.mean((p - y) ** 2), (p - y) / p.size


@wrong("02.1", "the gradient has the wrong sign")
def mse(p, y):
    return np.mean((y - p) ** 2), 2 * (y - p) / p.size


@wrong("02.1", "the root of the mean squared error")
def mse(p, y):
    return np.sqrt(np.mean((p - y) ** 2)), 2 * (p - y) / p.size


@wrong("02.1", "divides by N - 1")
def mse(p, y):
    N = p.size
    return np.sum((p - y) ** 2) / (N - 1), 2 * (p - y) / N


@wrong("02.1", "half of the mean squared error, with the matching gradient")
def mse(p, y):
    return 0.5 * np.mean((p - y) ** 2), (p - y) / p.size


@wrong("02.1", "only the loss is returned")
def mse(p, y):
    return np.mean((p - y) ** 2)


@wrong("02.1", "^ in place of **")
def mse(p, y):
    return np.mean((p - y) ^ 2), 2 * (p - y) / p.size


@wrong("02.1", "the loss is rounded to two decimals")
def mse(p, y):
    loss = round(float(np.mean((p - y) ** 2)), 2)
    return loss, 2 * (p - y) / p.size


@wrong("02.2", "the absolute value of the mean error")
def mae(p, y):
    return abs(np.mean(p - y)), np.sign(p - y) / p.size


@wrong("02.2", "the gradient is not divided by the number of entries")
def mae(p, y):
    return np.mean(np.abs(p - y)), np.sign(p - y)


@wrong("02.2", "the sum instead of the mean")
def mae(p, y):
    return np.abs(p - y).sum(), np.sign(p - y) / p.size


@wrong("02.2", "the gradient has the wrong sign")
def mae(p, y):
    return np.mean(np.abs(p - y)), np.sign(y - p) / p.size


@wrong("02.2", "the gradient is divided by the batch size only")
def mae(p, y):
    return np.mean(np.abs(p - y)), np.sign(p - y) / p.shape[0]


@wrong("02.2", "the gradient is nan where p = y")
def mae(p, y):
    with np.errstate(all="ignore"):
        g = (p - y) / np.abs(p - y)
    return np.mean(np.abs(p - y)), g / p.size


@wrong("02.2", "the gradient is 1 where p = y")
def mae(p, y):
    g = np.where(p >= y, 1.0, -1.0)
    return np.mean(np.abs(p - y)), g / p.size


@wrong("02.2", "the absolute error itself as the gradient")
def mae(p, y):
    return np.mean(np.abs(p - y)), np.abs(p - y) / p.size


@wrong("02.2", "the error without its sign function as the gradient")
def mae(p, y):
    return np.mean(np.abs(p - y)), (p - y) / p.size


@wrong("02.2", "no absolute value in the loss")
def mae(p, y):
    return np.mean(p - y), np.sign(p - y) / p.size


@wrong("02.2", "one loss per sample")
def mae(p, y):
    return np.mean(np.abs(p - y), axis=1), np.sign(p - y) / p.size


@wrong("02.2", "the difference of the absolute values")
def mae(p, y):
    return np.mean(np.abs(p) - np.abs(y)), np.sign(p - y) / p.size


@wrong("02.2", "the median of the absolute errors")
def mae(p, y):
    return np.median(np.abs(p - y)), np.sign(p - y) / p.size


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def bce(z, y):
    return np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))


@wrong("02.4", "the plain formula with logarithms of 0 for large logits")
def sigmoid_cross_entropy(z, y):
    s = 1 / (1 + np.exp(-z))
    loss = -np.mean(y * np.log(s) + (1 - y) * np.log(1 - s))
    return loss, (s - y) / z.size


@wrong("02.4", "the gradient with respect to the probability instead of the logit")
def sigmoid_cross_entropy(z, y):
    s = np.clip(sigmoid(z), 1e-12, 1 - 1e-12)
    return bce(z, y), (s - y) / (s * (1 - s)) / z.size


@wrong("02.4", "the second term (1 - y) log(1 - s) is missing")
def sigmoid_cross_entropy(z, y):
    loss = np.mean(y * np.logaddexp(0, -z))
    return loss, (sigmoid(z) - y) / z.size


@wrong("02.4", "the minus sign of the loss is missing")
def sigmoid_cross_entropy(z, y):
    return -bce(z, y), (sigmoid(z) - y) / z.size


@wrong("02.4", "the sum over all entries instead of the mean")
def sigmoid_cross_entropy(z, y):
    return bce(z, y) * z.size, sigmoid(z) - y


@wrong("02.4", "the gradient is not divided by the number of entries")
def sigmoid_cross_entropy(z, y):
    return bce(z, y), sigmoid(z) - y


@wrong("02.4", "the gradient is multiplied by the derivative of the sigmoid once more")
def sigmoid_cross_entropy(z, y):
    s = sigmoid(z)
    return bce(z, y), (s - y) * s * (1 - s) / z.size


@wrong("02.4", "z is treated as a probability already: no sigmoid in the gradient")
def sigmoid_cross_entropy(z, y):
    return bce(z, y), (z - y) / z.size


@wrong("02.4", "z and y are swapped in the loss")
def sigmoid_cross_entropy(z, y):
    loss = np.mean(np.maximum(y, 0) - z * y + np.log1p(np.exp(-np.abs(y))))
    return loss, (sigmoid(z) - y) / z.size


@wrong("02.4", "clipping the probability, so that the loss stops growing at large logits")
def sigmoid_cross_entropy(z, y):
    s = np.clip(sigmoid(z), 1e-7, 1 - 1e-7)
    loss = -np.mean(y * np.log(s) + (1 - y) * np.log(1 - s))
    return loss, (sigmoid(z) - y) / z.size


@wrong("02.4", "log base 2 in the loss")
def sigmoid_cross_entropy(z, y):
    return bce(z, y) / np.log(2), (sigmoid(z) - y) / z.size


@wrong("02.4", "targets are rounded to 0 or 1 first")
def sigmoid_cross_entropy(z, y):
    y = np.round(y)
    return bce(z, y), (sigmoid(z) - y) / z.size


def logsoftmax(z, axis=1):
    z = z - z.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))


@wrong("02.5", "softmax over the samples instead of the classes")
def softmax_cross_entropy(z, y):
    ls = logsoftmax(z, axis=0)
    return -np.mean(np.sum(y * ls, axis=1)), (np.exp(ls) - y) / len(z)


@wrong("02.5", "softmax over all entries")
def softmax_cross_entropy(z, y):
    z = z - z.max()
    ls = z - np.log(np.sum(np.exp(z)))
    return -np.mean(np.sum(y * ls, axis=1)), (np.exp(ls) - y) / len(z)


@wrong("02.5", "the mean over all B K entries instead of over the B samples")
def softmax_cross_entropy(z, y):
    ls = logsoftmax(z)
    return -np.mean(y * ls), (np.exp(ls) - y) / z.size


@wrong("02.5", "the gradient is not divided by B")
def softmax_cross_entropy(z, y):
    ls = logsoftmax(z)
    return -np.mean(np.sum(y * ls, axis=1)), np.exp(ls) - y


@wrong("02.5", "the gradient with respect to the probabilities")
def softmax_cross_entropy(z, y):
    ls = logsoftmax(z)
    with np.errstate(all="ignore"):
        return -np.sum(y * ls) / len(z), -y / np.maximum(np.exp(ls), 1e-300) / len(z)


@wrong("02.5", "softmax without subtracting the largest logit, which overflows")
def softmax_cross_entropy(z, y):
    e = np.exp(z)
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(np.sum(p * y, axis=1)))
    return loss, (p - y) / len(z)


@wrong("02.5", "1e-10 is added inside the logarithm, so the loss stops growing")
def softmax_cross_entropy(z, y):
    p = np.exp(logsoftmax(z))
    return -np.sum(y * np.log(p + 1e-10)) / len(z), (p - y) / len(z)


@wrong("02.5", "also counts log(1 - p) of the other classes, as binary cross-entropy does")
def softmax_cross_entropy(z, y):
    p = np.exp(logsoftmax(z))
    q = np.clip(1 - p, 1e-300, 1)
    return -np.sum(y * logsoftmax(z) + (1 - y) * np.log(q)) / len(z), (p - y) / len(z)


@wrong("02.5", "the sign of the gradient")
def softmax_cross_entropy(z, y):
    ls = logsoftmax(z)
    return -np.sum(y * ls) / len(z), (y - np.exp(ls)) / len(z)


@wrong("02.5", "one loss per sample")
def softmax_cross_entropy(z, y):
    ls = logsoftmax(z)
    return -np.sum(y * ls, axis=1), (np.exp(ls) - y) / len(z)


@wrong("02.5", "the probability of the true class instead of its negative logarithm")
def softmax_cross_entropy(z, y):
    p = np.exp(logsoftmax(z))
    return np.mean(np.sum(p * y, axis=1)), (p - y) / len(z)


@wrong("02.5", "the predicted class (the largest logit) instead of the true one")
def softmax_cross_entropy(z, y):
    ls = logsoftmax(z)
    return -np.mean(np.max(ls, axis=1)), (np.exp(ls) - y) / len(z)


@wrong("02.3", "mean and median are swapped")
def best_constant(y, loss):
    if loss == "mse":
        return np.median(y)
    return np.mean(y)


@wrong("02.3", "the mean for both losses")
def best_constant(y, loss):
    return sum(y) / len(y)


@wrong("02.3", "the median for both losses")
def best_constant(y, loss):
    return np.median(y)


@wrong("02.3", "the middle entry of the unsorted targets as the median")
def best_constant(y, loss):
    if loss == "mse":
        return np.mean(y)
    return y[len(y) // 2]


@wrong("02.3", "the entry before the middle one of the sorted targets")
def best_constant(y, loss):
    if loss == "mse":
        return np.mean(y)
    return sorted(y)[len(y) // 2 - 1]


@wrong("02.3", "the middle of the range instead of the median")
def best_constant(y, loss):
    if loss == "mse":
        return np.mean(y)
    elif loss == "mae":
        return (np.max(y) + np.min(y)) / 2


@wrong("02.3", "the least loss instead of the constant")
def best_constant(y, loss):
    if loss == "mse":
        return np.mean((y - np.mean(y)) ** 2)
    return np.mean(np.abs(y - np.median(y)))


@wrong("02.3", "the condition is always true, so the mean comes out for both")
def best_constant(y, loss):
    if loss == "mse" or "MSE":
        return float(np.mean(y))
    return float(np.median(y))


@wrong("02.3", "the median of the absolute values")
def best_constant(y, loss):
    if loss == "mse":
        return np.mean(y)
    return np.median(np.abs(y))


@wrong("02.3", "the mean divides by N - 1")
def best_constant(y, loss):
    if loss == "mse":
        return np.sum(y) / (len(y) - 1)
    return statistics.median(y)


@wrong("02.3", "the mean is truncated to an integer")
def best_constant(y, loss):
    if loss == "mse":
        return int(np.mean(y))
    return np.median(y)


def right_table():
    return {
        "house price": ("identity", "mse"),
        "delivery time with gross outliers": ("identity", "mae"),
        "spam": ("sigmoid", "sigmoid_cross_entropy"),
        "digit": ("softmax", "softmax_cross_entropy"),
        "tags of a photo": ("sigmoid", "sigmoid_cross_entropy"),
        "rain tomorrow (probability)": ("sigmoid", "sigmoid_cross_entropy"),
    }


@wrong("02.6", "softmax for the tags, of which several may be true")
def choose_loss(task):
    table = right_table()
    table["tags of a photo"] = ("softmax", "softmax_cross_entropy")
    return table[task]


@wrong("02.6", "squared error on sigmoids for spam")
def choose_loss(task):
    table = right_table()
    table["spam"] = ("sigmoid", "mse")
    return table[task]


@wrong("02.6", "the squared error in spite of gross outliers")
def choose_loss(task):
    table = right_table()
    table["delivery time with gross outliers"] = ("identity", "mse")
    return table[task]


@wrong("02.6", "identity output for the probability of rain")
def choose_loss(task):
    table = right_table()
    table["rain tomorrow (probability)"] = ("identity", "mse")
    return table[task]


@wrong("02.6", "a sigmoid output for the house price")
def choose_loss(task):
    table = right_table()
    table["house price"] = ("sigmoid", "mse")
    return table[task]


@wrong("02.6", "sigmoids for the digit, of which exactly one is true")
def choose_loss(task):
    table = right_table()
    table["digit"] = ("sigmoid", "sigmoid_cross_entropy")
    return table[task]


@wrong("02.6", "loss and output are swapped")
def choose_loss(task):
    output, loss = right_table()[task]
    return loss, output


@wrong("02.6", "the names have capitals and blanks")
def choose_loss(task):
    output, loss = right_table()[task]
    return output.capitalize(), loss.replace("_", " ")


@wrong("02.6", "the output is softmax but the loss the sigmoid cross-entropy for the digit")
def choose_loss(task):
    if task == "digit":
        return "softmax", "sigmoid_cross_entropy"
    return right_table()[task]


@wrong("02.6", "only the loss is returned")
def choose_loss(task):
    return right_table()[task][1]


@wrong("02.6", "one answer for all tasks: softmax cross-entropy")
def choose_loss(task):
    return "softmax", "softmax_cross_entropy"
