"""The Merkle tree has the shapes and hashes of RFC 6962, and its proofs prove nothing else."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from arflow.evidence.merkle import Span, Tree, consistency_spans, inclusion_spans, leaf_hash
from arflow.evidence.verify import extends, included

# The test vectors of Certificate Transparency: eight leaves, and the root after each.
LEAVES = [
    bytes.fromhex(x)
    for x in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def grown(leaves: list[bytes], spans: list[Span] | None = None) -> Tree:
    tree = Tree(spans or ())
    for leaf in leaves:
        tree.append(leaf_hash(leaf))
    return tree


def numbered(size: int) -> list[bytes]:
    return [b"leaf %d" % number for number in range(size)]


def other(leaves: list[bytes]) -> InmemoryTree:
    tree = InmemoryTree()
    for leaf in leaves:
        tree.append_entry(leaf)
    return tree


def test_the_root_of_no_leaf_is_the_hash_of_nothing() -> None:
    assert Tree().root() == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_the_known_roots_come_out(size: int) -> None:
    assert grown(LEAVES[:size]).root().hex() == ROOTS[size - 1]


def test_the_known_paths_come_out() -> None:
    spans = inclusion_spans(0, 8)
    assert [node.hex() for node in grown(LEAVES, spans).hashes(spans)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    spans = consistency_spans(6, 8)
    assert [node.hex() for node in grown(LEAVES, spans).hashes(spans)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@pytest.mark.parametrize("size", [*range(1, 18), 31, 32, 33, 64, 100])
def test_every_root_and_path_is_that_of_pymerkle(size: int) -> None:
    leaves = numbered(size)
    theirs = other(leaves)
    for index in range(size):
        spans = inclusion_spans(index, size)
        tree = grown(leaves, spans)
        path = tree.hashes(spans)
        assert tree.root() == theirs.get_root()
        assert path == theirs.prove_inclusion(index + 1).path[1:]
        assert included(leaf_hash(leaves[index]), index, size, path, tree.root())


@pytest.mark.thorough
@given(st.integers(1, 200), st.data())
def test_a_tree_is_proved_to_extend_exactly_what_it_extends(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    leaves = numbered(new)
    spans = consistency_spans(old, new)
    tree = grown(leaves, spans)
    proof = tree.hashes(spans)
    before = grown(leaves[:old]).root()
    assert sorted(proof) == sorted(set(proof))
    assert extends((old, before), (new, tree.root()), proof)

    changed = data.draw(st.integers(0, old - 1))
    forged = grown([*leaves[:changed], b"forged", *leaves[changed + 1 : old]]).root()
    assert not extends((old, forged), (new, tree.root()), proof)
    assert not extends((old, before), (new, forged), proof)
    assert not extends((old, before), (new, tree.root()), [*proof, bytes(32)])
    if proof:
        assert not extends((old, before), (new, tree.root()), proof[:-1])
    if old < new:
        assert not extends((old + 1, before), (new, tree.root()), proof)
    assert not extends((0, before), (new, tree.root()), proof)


@pytest.mark.thorough
@given(st.integers(1, 200), st.data())
def test_a_leaf_is_proved_to_be_in_its_own_place_and_in_no_other(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    spans = inclusion_spans(index, size)
    tree = grown(numbered(size), spans)
    path, root, leaf = tree.hashes(spans), tree.root(), leaf_hash(b"leaf %d" % index)
    assert included(leaf, index, size, path, root)
    assert not included(leaf_hash(b"forged"), index, size, path, root)
    assert not included(leaf, index, size, [*path, bytes(32)], root)
    assert not included(leaf, index, size, path, bytes(32))
    wrong = data.draw(st.integers(-1, size).filter(lambda other: other != index))
    assert not included(leaf, wrong, size, path, root)
    if path:
        assert not included(leaf, index, size, path[1:], root)


def test_what_is_kept_of_a_tree_does_not_grow_with_it() -> None:
    tree = Tree(inclusion_spans(0, 5_000))
    for number in range(5_000):
        tree.append(leaf_hash(b"%d" % number))
    assert len(tree._peaks) + len(tree._kept) < 30
