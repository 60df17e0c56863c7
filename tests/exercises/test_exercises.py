"""Laws that every exercise obeys: they name no exercise; the registry is the list."""

import functools
import inspect
import re
from pathlib import Path

import numpy as np
import pytest
from right_answers import RIGHT
from shared_questions import asked, verdict_on

from coursekit.exercises import TODO, exercises
from coursekit.exercises.engine.checking import assess
from coursekit.exercises.engine.notebooks import mistake_source, solution_source, source_as, stub

ALL = list(exercises().values())
LESSONS = sorted({e.id[:2] for e in ALL})
SEEDS = range(20)

each_exercise = pytest.mark.parametrize("exercise", ALL, ids=lambda e: e.id)
each_wrong = pytest.mark.parametrize(
    ("exercise", "misconception"),
    [(e, m) for e in ALL for m in e.misconceptions],
    ids=[f"{e.id} {m.name}" for e in ALL for m in e.misconceptions],
)


def as_learner(source, name):
    """The function of this name, defined by a cell's source."""
    namespace = {"np": np, "TODO": TODO, "__name__": "__main__"}
    exec(source, namespace)
    return namespace[name]


@functools.cache
def verdicts_on_mistakes(exercise_id, name):
    """The verdicts on all wrong functions of one misconception, each with questions of its own."""
    exercise = exercises()[exercise_id]
    (misconception,) = [m for m in exercise.misconceptions if m.name == name]
    # the wrong functions are made from right ones, so they may call them
    return [
        verdict_on(exercise_id, wrong, seed, may_borrow=True)
        for seed, wrong in enumerate(misconception.wrongs)
    ]


# What answers written elsewhere rely on.
CONTRACT = {
    "00.1": ("layer_forward(W, b, x)", 4),
    "00.2": ("count_parameters(sizes, bias=True)", 2),
    "00.3": ("forward(weights, biases, x)", 3),
    "00.4": ("collapse_linear(weights, biases)", 3),
    "01.1": ("empirical_error(guess, label)", 2),
    "01.2": ("true_error(guess, label, probability)", 3),
    "01.3": ("erm_threshold(x, label)", 4),
    "01.4": ("hoeffding_sample_size(epsilon, delta, hypotheses=1)", 3),
    "01.5": ("choose_class(empirical_errors, class_sizes, m, delta)", 3),
    "02.1": ("mse(p, y)", 3),
    "02.2": ("mae(p, y)", 3),
    "02.3": ("best_constant(y, loss)", 2),
    "02.4": ("sigmoid_cross_entropy(z, y)", 4),
    "02.5": ("softmax_cross_entropy(z, y)", 5),
    "02.6": ("choose_loss(task)", 3),
    "03.1": ("numerical_gradient(f, x, h)", 3),
    "03.2": ("delta_output(o, t)", 2),
    "03.3": ("delta_hidden(o_hidden, W_out, delta_out)", 3),
    "03.4": ("backpropagation_step(x, t, W_hidden, b_hidden, W_out, b_out, eta)", 5),
    "03.5": ("backprop(weights, biases, x, y)", 6),
    "03.6": ("train_two_layers(x, y, W_hidden, b_hidden, W_out, b_out, lr, batches)", 5),
    "03.7": ("tanh_operation(u)", 2),
    "04.1": ("l2_penalty(weights, lam, m)", 3),
    "04.2": ("soft_threshold(w, t)", 3),
    "04.3": ("early_stopping(validation, patience)", 3),
    "04.4": ("dropout(h, p, rng, train)", 4),
    "04.5": ("ridge(x, y, lam)", 4),
    "05.1": ("confusion_matrix(label, guess, positive=1)", 2),
    "05.2": ("rates(tp, fp, fn, tn)", 3),
    "05.3": ("roc_curve(score, label)", 5),
    "05.4": ("auc(score, label)", 3),
    "05.5": ("kfold(n, k, rng)", 4),
    "05.6": ("cross_validate(fit, predict, x, y, folds)", 4),
    "05.7": ("cheapest_threshold(score, label, miss, false_alarm)", 4),
    "05.8": ("nested_cross_validate(fit, predict, settings, x, y, outer, inner)", 5),
    "06.1": ("gradient_descent(gradient, x0, lr, steps)", 3),
    "06.2": ("predict_steps(eigenvalues, w0, lr, fraction)", 4),
    "06.3": ("minibatches(n, batch_size, rng)", 3),
    "06.4": ("momentum_step(w, v, g, lr, beta)", 3),
    "06.5": ("largest_stable_rate(hessian, beta=0.0)", 3),
    "06.6": ("adam_step(w, m, v, t, g, lr, beta1, beta2, eps)", 4),
    "06.7": ("warmup_then_cosine(t, steps, warmup, peak)", 3),
    "06.8": ("training_plan(budget)", 4),
    "07.1": ("delta_norms(weights, biases, x, y)", 4),
    "07.2": ("initialize(fan_in, fan_out, scheme, rng)", 3),
    "07.3": ("batch_norm(x, gamma, beta, eps)", 4),
    "07.4": ("symmetry_spread(W_in, b, W_out)", 2),
    "07.5": ("diagnose(log)", 4),
    "07.6": ("compare_fairly(validation_a, test_a, validation_b, test_b)", 5),
    "07.7": ("prune_to_bound(W, counts, bound, retrain, error)", 5),
    "07.8": ("successive_halving(configs, budget, eta, evaluate)", 5),
    "07.9": ("expected_improvement(mean, sd, best)", 4),
    "08.1": ("add_layer(weights, biases, W_new, b_new)", 3),
    "08.2": ("trainable(layers, stage)", 3),
    "08.3": ("greedy_stage(weights, biases, x, y, lr, steps)", 5),
    "08.4": ("autoencoder_gradients(W, b, c, x)", 4),
    "08.5": ("choose_depth(val_mean, val_se)", 3),
    "08.6": ("disadvantaged(epochs, rates, errors)", 4),
}
SQUARE = {
    ("00.3", "weights"),
    ("06.5", "hessian"),
    ("08.1", "W_new"),
}  # square by nature, or to let x pass again


def parameters(exercise):
    return list(inspect.signature(exercise.solution).parameters)


def arrays_in(value):
    """All arrays in an argument, lists and dicts of them included."""
    if isinstance(value, np.ndarray):
        return [value]
    if isinstance(value, dict):
        value = tuple(value.values())
    return [a for entry in value for a in arrays_in(entry)] if isinstance(value, tuple | list) else []


def test_ids_signatures_and_points_are_the_contracts():
    assert {e.id: (e.signature, e.points) for e in ALL} == CONTRACT


def assert_it_passes(exercise_id, answer, seeds):
    for seed in seeds:
        verdict = verdict_on(exercise_id, answer, seed)
        assert (verdict.outcome, verdict.points) == ("passed", exercises()[exercise_id].points), verdict


@each_exercise
def test_the_solution_passes(exercise):
    assert_it_passes(exercise.id, as_learner(solution_source(exercise), exercise.name), SEEDS[:3])


@pytest.mark.slow
@each_exercise
def test_the_solution_passes_whatever_is_drawn(exercise):
    assert_it_passes(exercise.id, as_learner(solution_source(exercise), exercise.name), SEEDS[3:])


each_right_answer = pytest.mark.parametrize(
    ("exercise_id", "answer"),
    [(key, f) for key, functions in RIGHT.items() for f in functions],
    ids=lambda value: getattr(value, "__name__", value),
)


@each_right_answer
def test_a_right_answer_in_another_style_passes(exercise_id, answer):
    assert_it_passes(exercise_id, answer, SEEDS[:1])


@pytest.mark.slow
@pytest.mark.nightly
@each_right_answer
def test_a_right_answer_in_another_style_passes_whatever_is_drawn(exercise_id, answer):
    assert_it_passes(exercise_id, answer, SEEDS[1:])


def test_every_exercise_has_three_right_answers_in_other_styles():
    assert {e.id for e in ALL} == set(RIGHT)
    assert min(map(len, RIGHT.values())) >= 3


@each_wrong
def test_a_known_mistake_is_rejected_and_named(exercise, misconception):
    for verdict in verdicts_on_mistakes(exercise.id, misconception.name):
        assert verdict.outcome == "wrong"
        assert verdict.points < exercise.points
        assert misconception.name in verdict.misconception.split(" or "), verdict
        assert misconception.says in " ".join(verdict.remarks)
        assert verdict.case


@pytest.mark.parametrize("lesson", LESSONS)
def test_nine_of_ten_mistakes_are_named_without_an_alternative(lesson, record_property):
    pairs = [(e.id, m.name) for e in ALL if e.id.startswith(lesson) for m in e.misconceptions]
    exact = [
        verdict.misconception == name for key, name in pairs for verdict in verdicts_on_mistakes(key, name)
    ]
    record_property(
        "measured", f"exercises of lesson {lesson}: {len(exact)} wrong functions, {np.mean(exact):.1%} named"
    )
    assert np.mean(exact) >= 0.9


def constant(*values):
    return lambda *_: values[0] if len(values) == 1 else values


ONLY_FORM = {
    "0": constant(0),
    "(0.0, 0.0)": constant(0.0, 0.0),
    "(nan, nan)": constant(float("nan"), float("nan")),
    "1.0": constant(1.0),
    "empty text": constant(""),
    "a loss of lesson 02": constant("sigmoid", "sigmoid_cross_entropy"),
    "another one": constant("identity", "mse"),
    "the first argument": lambda *args: args[0],
    "0.0 and zeros": lambda *args: (0.0, np.zeros_like(args[0])),
    "1.0 and the first argument": lambda *args: (1.0, args[0]),
    "all arguments": lambda *args: args,
    "[]": constant([]),
    "{}": constant({}),
    "an array": constant(np.zeros((2, 3))),
}


FIRST_FORMS = ("0", "the first argument", "an array")


def assert_they_earn_nothing(exercise, names):
    for name in names:
        verdict = verdict_on(exercise.id, ONLY_FORM[name])
        assert (verdict.outcome, verdict.points) == ("wrong", 0), (name, verdict)


@each_exercise
def test_form_alone_earns_nothing(exercise):
    assert_they_earn_nothing(exercise, FIRST_FORMS)


@pytest.mark.slow
@each_exercise
def test_form_alone_earns_nothing_whatever_it_is(exercise):
    assert_they_earn_nothing(exercise, ONLY_FORM.keys() - set(FIRST_FORMS))


def blank_none(*_):
    pass


def blank_not_implemented(*_):
    raise NotImplementedError


def blank_arithmetic(*_):
    return TODO + 1


BLANK = {
    "TODO": lambda *_: TODO,
    "...": lambda *_: ...,
    "(TODO, TODO)": lambda *_: (TODO, TODO),
    "(..., None)": lambda *_: (..., None),
    "pass": blank_none,
    "raise NotImplementedError": blank_not_implemented,
    "TODO + 1": blank_arithmetic,
    "TODO in place of a function": TODO,
    "... in place of a function": ...,
    "None in place of a function": None,
}


@each_exercise
def test_blank_is_not_wrong(exercise):
    for name, answer in BLANK.items():
        verdict = verdict_on(exercise.id, answer) if callable(answer) else assess(exercise.id, answer)
        assert (verdict.outcome, verdict.points, verdict.out_of) == ("unanswered", 0, exercise.points), name
        assert "not answered" in repr(verdict)


@each_exercise
def test_the_stub_is_a_blank_cell(exercise):
    function = as_learner(stub(exercise), exercise.name)
    assert assess(exercise.id, function).outcome == "unanswered"
    assert function.__doc__
    assert stub(exercise).startswith(f"def {exercise.signature}:\n")


@each_exercise
def test_the_wrong_cell_is_wrong(exercise):
    function = as_learner(mistake_source(exercise), exercise.name)
    verdict = assess(exercise.id, function)
    assert (verdict.outcome, verdict.misconception) == ("wrong", exercise.misconceptions[0].name)


def assert_no_input_is_square(exercise, seeds):
    for seed in seeds:
        for question in asked(exercise.id, seed)[0]:
            for name, argument in zip(parameters(exercise), question.args, strict=False):
                if (exercise.id, name) not in SQUARE:
                    shapes = [a.shape for a in arrays_in(argument)]
                    assert all(len(s) < 2 or s[0] != s[1] or s == (1, 1) for s in shapes), (name, shapes)


@each_exercise
def test_inputs_are_never_square(exercise):
    assert_no_input_is_square(exercise, SEEDS[:3])


@pytest.mark.slow
@each_exercise
def test_inputs_are_never_square_whatever_is_drawn(exercise):
    assert_no_input_is_square(exercise, SEEDS[3:])


@each_exercise
def test_the_reference_is_written_another_way(exercise):
    assert exercise.reference.__code__.co_code != exercise.solution.__code__.co_code


@each_exercise
def test_hints_and_names_of_mistakes_do_not_repeat(exercise):
    assert len(set(exercise.hints)) == 3
    assert len({m.name for m in exercise.misconceptions}) == len(exercise.misconceptions)


@each_exercise
def test_writing_into_an_argument_is_named_and_costs_a_point(exercise):
    questions, _ = asked(exercise.id, 0)
    written = next((i for i, argument in enumerate(questions[0].args) if arrays_in(argument)), None)
    if written is None:
        pytest.skip("takes no array")
    solution = as_learner(solution_source(exercise), exercise.name)

    def writes(*args):
        result = solution(*args)
        for array in arrays_in(args[written]):
            array[...] = ~array if array.dtype.kind == "b" else array + 1
        return result

    verdict = verdict_on(exercise.id, writes)
    name = parameters(exercise)[written]
    assert (verdict.outcome, verdict.points) == ("wrong", exercise.points - 1)
    assert verdict.misconception == f"writes into its argument {name}"
    assert f"afterwards {name} is" in verdict.case


def test_the_remarks_quoted_for_contributors_are_the_ones_learners_read():
    text = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d\d\.\d) \| (.+?) \| (.+) \|$", text, re.MULTILINE)
    assert len(rows) >= 10
    for key, name, says in rows:
        (mistake,) = [m for m in exercises()[key].misconceptions if m.name == name]
        assert says.replace("\\|", "|") == mistake.says


def test_source_as_reads_lambdas_and_functions():
    double, triple = (lambda x: 2 * x), (lambda x: 3 * x)

    def half(x):
        return x / 2

    assert as_learner(source_as(double, "f"), "f")(5) == 10
    assert as_learner(source_as(triple, "f"), "f")(5) == 15
    assert as_learner(source_as(half, "f"), "f")(5) == 2.5
