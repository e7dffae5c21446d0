from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from scheduler.matching.taxonomy import PARENT, SIBLING, Taxonomy, TopicNode, default_taxonomy, nearness

TREE = Taxonomy.of(
    [
        TopicNode("m", "Mobility"),
        TopicNode("m.t", "Traffic", "m"),
        TopicNode("m.p", "Parking", "m"),
        TopicNode("e", "Energy"),
    ]
)


def test_near_counts_parents_more_than_siblings_and_other_branches_not_at_all() -> None:
    assert TREE.near("m.t", "m.t") == 1.0
    assert TREE.near("m", "m.t") == PARENT
    assert TREE.near("m.t", "m.p") == SIBLING
    assert TREE.near("m.t", "e") == 0.0


def test_labels_that_are_paths_are_near_without_a_tree() -> None:
    assert Taxonomy().near("Mobility / Traffic", "Mobility / Parking") == SIBLING


def test_labels_that_share_a_word_are_somewhat_near() -> None:
    near = nearness(("traffic data", "traffic signals", "waste"), Taxonomy()).toarray()
    assert 0.0 < near[0, 1] < 1.0
    assert near[0, 2] == 0.0


def test_topics_that_the_same_people_name_become_near() -> None:
    rng = np.random.default_rng(1)
    lists = np.zeros((200, 6))
    for row in lists:
        pair = int(rng.integers(3)) * 2
        row[pair : pair + 2] = 1
    near = nearness(tuple("abcdef"), Taxonomy(), sparse.csr_matrix(lists)).toarray()
    assert near[0, 1] > 0.2
    assert near[0, 2] == 0.0


@pytest.mark.parametrize(
    ("topics", "message"),
    [
        ([TopicNode("a", "A"), TopicNode("a", "B")], "Topic 'a' is listed twice."),
        ([TopicNode("a", "A", "b")], "Topic 'a' stands under 'b', which does not exist."),
        ([TopicNode("a", "A", "b"), TopicNode("b", "B", "a")], "Topic 'a' stands under itself."),
    ],
)
def test_a_tree_that_is_none_is_refused(topics: list[TopicNode], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Taxonomy.of(topics)


def test_the_default_topics_form_a_tree_with_unique_labels() -> None:
    tree = default_taxonomy()
    assert 80 <= len(tree.topics) <= 130
    assert len({topic.label for topic in tree.topics.values()}) == len(tree.topics)
