"""Laws of `fit` and `predict` for a single network: each line of their definitions, one by one."""

import numpy as np
import pytest
from sklearn.linear_model import Lasso, Ridge

from coursekit import numpy_backend as ck
from coursekit.data.splits import minibatches

N = 23  # not a multiple of any batch size below
X = np.random.default_rng(0).normal(size=(N, 4))
Y = np.eye(3)[np.random.default_rng(1).integers(3, size=N)]
VALIDATION = (X[:7] + 0.1, Y[:7])


def network(sizes=(4, 5, 3), seed=2, **options):
    return ck.mlp(sizes, ck.tanh, rng=np.random.default_rng(seed), **options)


def fit(net, x=X, y=Y, lr=0.1, optimizer=None, loss=ck.softmax_cross_entropy, epochs=1, **options):
    optimizer = optimizer or ck.SGD(net.parameters(), lr)
    return ck.fit(net, x, y, loss=loss, optimizer=optimizer, epochs=epochs, **options)


def copied(net):
    return {key: value.copy() for key, value in net.parameters().items()}


def assert_same(net, parameters, **tolerance):
    for key, value in net.parameters().items():
        np.testing.assert_allclose(value, parameters[key], **(tolerance or {"rtol": 1e-12}), err_msg=key)


def gradient(net, x, y, loss=ck.softmax_cross_entropy):
    z, caches = net.forward(x)
    return net.backward(ck.gradient_of(loss)(z, y), caches)[1]


def test_batch_gradient_descent_is_one_step_an_epoch_and_reports_the_loss_before_it():
    net = network()
    before, loss, slope = copied(net), ck.softmax_cross_entropy(net(X), Y), gradient(net, X, Y)
    history = fit(net)
    assert_same(net, {key: before[key] - 0.1 * slope[key] for key in before})
    np.testing.assert_allclose(history.train, [loss], rtol=1e-12)
    assert history.val is None


@pytest.mark.parametrize("batch_size", [1, 5, 22, 23, 100, None])
def test_an_epoch_is_a_loop_over_minibatches_and_a_short_last_one_counts_by_its_size(batch_size):
    net, alone = network(), network()
    history = fit(net, epochs=3, batch_size=batch_size, rng=np.random.default_rng(3))
    rng, train = np.random.default_rng(3), []
    for _ in range(3):
        whole = batch_size is None or batch_size >= N
        total = 0
        for rows in [np.arange(N)] if whole else minibatches(N, batch_size, rng):
            total += len(rows) * ck.softmax_cross_entropy(alone(X[rows]), Y[rows])
            slope = gradient(alone, X[rows], Y[rows])
            for key, value in alone.parameters().items():
                value -= 0.1 * slope[key]
        train.append(total / N)
    np.testing.assert_allclose(history.train, train, rtol=1e-12)
    assert_same(net, alone.parameters())


def test_every_example_counts_once_an_epoch():
    """At rate 0 nothing moves, and the mean over the epoch is the mean over the data."""
    history = fit(network(), lr=0, epochs=4, batch_size=5, rng=np.random.default_rng(4))
    np.testing.assert_allclose(history.train, ck.softmax_cross_entropy(network()(X), Y), rtol=1e-12)


def test_an_epoch_of_many_examples_is_summed_up_whole():
    x, y = np.tile(X, (3000, 1)), np.tile(Y, (3000, 1))
    history = fit(network(), x, y, lr=0, batch_size=7000, rng=np.random.default_rng(4))
    np.testing.assert_allclose(history.train, ck.softmax_cross_entropy(network()(X), Y), rtol=1e-12)


def test_a_batch_as_large_as_the_data_needs_no_rng_and_draws_nothing():
    rng = np.random.default_rng(5)
    state = rng.bit_generator.state
    fit(network(), batch_size=N, rng=rng)
    fit(network(), rng=rng)
    fit(network(), batch_size=100)
    assert rng.bit_generator.state == state


def test_training_can_be_interrupted():
    whole, parts = network(), network()
    history = fit(whole, epochs=5, batch_size=5, rng=np.random.default_rng(6))
    rng, optimizer = np.random.default_rng(6), ck.SGD(parts.parameters(), 0.1)
    train = [fit(parts, optimizer=optimizer, epochs=n, batch_size=5, rng=rng).train for n in (2, 3)]
    np.testing.assert_allclose(np.concatenate(train), history.train, rtol=1e-12)
    assert_same(parts, whole.parameters())


def test_the_mode_of_the_network_before_is_irrelevant():
    first, second = network(batch_norm=True), network(batch_norm=True).eval()
    np.testing.assert_array_equal(fit(first, epochs=2).train, fit(second, epochs=2).train)


def test_the_data_stay_unchanged_and_the_network_in_training_mode():
    x, y, net = X.copy(), Y.copy(), network(dropout=0.5).eval()
    fit(net, x, y, epochs=2, batch_size=5, rng=np.random.default_rng(7), validation=VALIDATION)
    np.testing.assert_array_equal(x, X)
    np.testing.assert_array_equal(y, Y)
    assert net.training


def test_train_is_in_training_mode_and_val_in_evaluation_mode():
    net = network(dropout=0.5, batch_norm=True)
    history = fit(net, lr=0, epochs=2, validation=(X, Y))
    assert (np.abs(history.train - history.val) > 1e-3).all()
    np.testing.assert_allclose(history.val[-1], ck.softmax_cross_entropy(ck.predict(net, X), Y), rtol=1e-12)


def test_val_and_metrics_are_taken_after_each_epoch():
    net, alone = network(), network()
    metrics = {"accuracy": ck.accuracy, "error": ck.zero_one_loss}
    history = fit(net, epochs=3, validation=VALIDATION, metrics=metrics)
    assert list(history.metrics) == ["accuracy", "error"]
    for epoch in range(3):
        fit(alone)
        z = ck.predict(alone, VALIDATION[0])
        np.testing.assert_allclose(history.val[epoch], ck.softmax_cross_entropy(z, VALIDATION[1]), rtol=1e-12)
        assert history.metrics["accuracy"][epoch] == ck.accuracy(z, VALIDATION[1])
    np.testing.assert_allclose(history.metrics["accuracy"] + history.metrics["error"], 1)


def test_without_validation_metrics_are_taken_on_the_training_set():
    net = network()
    history = fit(net, epochs=2, metrics={"accuracy": ck.accuracy})
    assert history.metrics["accuracy"][-1] == ck.accuracy(ck.predict(net, X), Y)
    assert history.val is None


@pytest.mark.parametrize("penalty", [ck.l1, ck.l2])
def test_a_penalty_pulls_the_weights_but_not_the_biases_and_is_not_part_of_the_reported_loss(penalty):
    plain, pulled = network(), network()
    before = copied(plain)
    reported = fit(plain), fit(pulled, penalty=penalty, lam=3.0)
    assert reported[0].train == reported[1].train
    for key, value in pulled.parameters().items():
        pull = 3.0 * ck.gradient_of(penalty)(before[key], N) if key.endswith("W") else 0
        np.testing.assert_allclose(value, plain.parameters()[key] - 0.1 * pull, rtol=1e-12)


def test_mse_with_l2_is_ridge_regression():
    """mse + λ/(2N) Σw² is 1/N of ridge's ‖y − Xw‖² + α ‖w‖² with α = λ/2; the bias is free in both."""
    y = X @ [[1.0], [-2.0], [0.5], [0.0]] + 3 + np.random.default_rng(8).normal(size=(N, 1))
    net = network((4, 1))
    fit(net, x=X, y=y, lr=0.2, loss=ck.mse, epochs=2000, penalty=ck.l2, lam=8.0)
    ridge = Ridge(alpha=4.0).fit(X, y[:, 0])
    np.testing.assert_allclose(net.parameters()["0.W"][0], ridge.coef_, atol=1e-9)
    np.testing.assert_allclose(net.parameters()["0.b"], ridge.intercept_, atol=1e-9)


def sparse_problem():
    """100 samples of 30 inputs, of which 5 matter."""
    rng = np.random.default_rng(9)
    x, w = rng.normal(size=(100, 30)), np.zeros((30, 1))
    w[:5, 0] = 3, -2, 1.5, 1, -1
    return x, x @ w + rng.normal(size=(100, 1))


def test_the_proximal_step_of_l1_is_the_lasso_with_exact_zeros_and_a_subgradient_step_gives_none():
    """mse + λ/(2N) Σ|w| is twice the lasso's ‖y − Xw‖²/(2N) + α Σ|w| with α = λ/(4N)."""
    x, y = sparse_problem()
    options = {"x": x, "y": y, "lr": 0.2, "loss": ck.mse, "epochs": 1500, "penalty": ck.l1, "lam": 100.0}
    proximal, subgradient = network((30, 1)), network((30, 1))
    fit(proximal, proximal=True, **options)
    fit(subgradient, **options)
    lasso = Lasso(alpha=0.25, tol=1e-12, max_iter=100_000).fit(x, y[:, 0])
    w = proximal.parameters()["0.W"][0]
    np.testing.assert_allclose(w, lasso.coef_, atol=1e-9)
    np.testing.assert_array_equal(w == 0, lasso.coef_ == 0)
    assert (w == 0).sum() >= 20
    assert (subgradient.parameters()["0.W"] != 0).all()


@pytest.mark.parametrize("factor", [0.9, 1.1])
def test_batch_gradient_descent_on_a_quadratic_is_stable_below_2_over_its_largest_curvature(factor):
    """The curvature of mse in w is 2 XᵀX / N (without a bias that moves: the data are centered)."""
    x, y = sparse_problem()
    x, y = x - x.mean(axis=0), y - y.mean()
    limit = 2 / np.linalg.eigvalsh(2 * x.T @ x / 100)[-1]
    net = network((30, 1))
    history = fit(net, x=x, y=y, lr=factor * limit, loss=ck.mse, epochs=200)
    assert (history.train[-1] < history.train[0]) == (factor < 1)
    assert (history.train[-1] > 1e6) == (factor > 1)


def test_clip_norm_bounds_the_step_over_all_parameters_and_keeps_its_direction():
    free, clipped = network(), network()
    before = copied(free)
    fit(free, lr=1.0)
    fit(clipped, lr=1.0, clip_norm=0.01)
    steps = [
        np.concatenate([(net.parameters()[k] - before[k]).ravel() for k in before]) for net in (free, clipped)
    ]
    lengths = [np.linalg.norm(step) for step in steps]
    assert lengths[0] > 0.02
    np.testing.assert_allclose(lengths[1], 0.01, rtol=1e-4)
    np.testing.assert_allclose(steps[1] / lengths[1], steps[0] / lengths[0], atol=1e-12)


def test_a_clip_norm_above_the_norm_changes_nothing():
    free, clipped = network(), network()
    fit(free, epochs=3)
    fit(clipped, epochs=3, clip_norm=1e3)
    assert_same(clipped, free.parameters(), rtol=0, atol=0)


def test_early_stopping_waits_for_its_patience_and_restores_the_best_weights():
    """A validation set that contradicts the training set: what is learned soon makes it worse."""
    contradiction = (X, np.roll(Y, 1, axis=1))
    net, at_best = network(batch_norm=True), network(batch_norm=True)
    history = fit(net, lr=0.5, epochs=50, validation=contradiction, early_stopping=4)
    assert history.epochs == history.best + 1 + 4
    assert history.best == history.val.argmin()
    fit(at_best, lr=0.5, epochs=int(history.best) + 1)
    assert_same(net, at_best.parameters())
    for key, value in net.named_buffers().items():
        np.testing.assert_allclose(value, at_best.named_buffers()[key], rtol=1e-12)
    z = ck.predict(net, X)
    np.testing.assert_allclose(ck.softmax_cross_entropy(z, contradiction[1]), history.val.min(), rtol=1e-12)


def test_a_run_whose_time_is_up_before_its_patience_still_ends_with_the_best_weights():
    net = network()
    history = fit(net, lr=30.0, epochs=8, validation=VALIDATION, early_stopping=100)
    assert history.epochs == 8
    assert history.best == history.val.argmin() < 7
    z = ck.predict(net, VALIDATION[0])
    np.testing.assert_allclose(ck.softmax_cross_entropy(z, VALIDATION[1]), history.val.min(), rtol=1e-12)


def test_without_early_stopping_the_last_weights_are_kept():
    assert fit(network(), epochs=3).best == 2


def test_a_loss_that_is_no_longer_finite_ends_the_run_with_one_warning():
    with pytest.warns(
        RuntimeWarning, match=r"fit: the loss is no longer finite in epoch \d.*learning rate"
    ) as told:
        history = fit(network(), lr=1e200, loss=ck.mse, epochs=50, validation=VALIDATION)
    assert len(told) == 1
    assert told[0].filename == __file__  # it points at the call
    assert history.epochs < 50
    assert np.isfinite(history.train[:-1]).all()
    assert np.isnan(history.train[-1])
    assert np.isnan(history.val[-1])


def test_parameters_that_the_optimizer_does_not_hold_are_frozen():
    net = network()
    before, slope = copied(net), gradient(net, X, Y)
    fit(net, optimizer=ck.SGD({key: net.parameters()[key] for key in ("2.W", "2.b")}, 0.1))
    for key, value in net.parameters().items():
        expected = before[key] - (0.1 * slope[key] if key.startswith("2") else 0)
        np.testing.assert_allclose(value, expected, rtol=1e-12)


@pytest.mark.parametrize(
    "loss", [ck.mse, ck.mae, ck.huber, ck.hinge, ck.sigmoid_cross_entropy, ck.softmax_cross_entropy]
)
def test_every_loss_is_learned(loss):
    history = fit(network(), lr=0.3, loss=loss, epochs=60)
    assert history.train[-1] < 0.9 * history.train[0]


@pytest.mark.parametrize("loss", [ck.binary_cross_entropy, ck.mse])
def test_losses_on_probabilities_are_learned_through_an_output_activation(loss):
    history = fit(network(output=ck.sigmoid), lr=1.0, loss=loss, epochs=60)
    assert history.train[-1] < 0.9 * history.train[0]


def test_a_float32_network_trains_in_float32_on_float64_data():
    net = network(dtype=np.float32, batch_norm=True, dropout=0.1)
    optimizer = ck.Adam(net.parameters(), ck.cosine(0.01, 10))
    rng = np.random.default_rng(10)
    fit(net, optimizer=optimizer, epochs=2, batch_size=5, rng=rng, penalty=ck.l2, lam=0.1, clip_norm=1.0)
    assert {p.dtype for p in (*net.parameters().values(), *net.named_buffers().values())} == {
        np.dtype(np.float32)
    }


def test_a_history_tells_its_last_epoch():
    history = fit(network(), epochs=3, metrics={"accuracy": ck.accuracy})
    assert repr(history) == (
        f"History(3 epochs, train {history.train[-1]:.4g}, accuracy {history.metrics['accuracy'][-1]:.4g})"
    )
    with pytest.raises(AttributeError):
        history.train = None


def test_progress_changes_no_number(capsys):
    quiet, loud = network(), network()
    np.testing.assert_array_equal(fit(quiet, epochs=3).train, fit(loud, epochs=3, progress=True).train)
    assert "3/3" in capsys.readouterr().err


def test_predict_computes_many_samples_in_pieces_of_bounded_size():
    """200,000 samples through 100 units would be 160 MB of activations at once."""
    net = network((4, 100, 1))
    x = np.random.default_rng(11).normal(size=(200_000, 4))
    z = ck.predict(net, x)
    assert z.shape == (200_000, 1)
    rows = np.r_[0:5, 79_998:80_003, 199_995:200_000]
    np.testing.assert_allclose(z[rows], ck.predict(net, x[rows]), rtol=1e-9)


@pytest.mark.parametrize("training", [True, False])
def test_predict_leaves_the_network_as_it_was_even_when_it_fails(training):
    net = network(dropout=0.5, batch_norm=True).train(training)
    before = {**copied(net), **{key: value.copy() for key, value in net.named_buffers().items()}}
    np.testing.assert_array_equal(ck.predict(net, X), ck.predict(net, X))
    with pytest.raises(ValueError, match="Linear"):
        ck.predict(net, X[:, :2])
    assert net.training == training
    assert all(layer.training == training for layer in net.layers)
    for key, value in (net.parameters() | net.named_buffers()).items():
        np.testing.assert_array_equal(value, before[key])
