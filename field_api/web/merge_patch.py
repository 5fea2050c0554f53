"""JSON Merge Patch (RFC 7396)."""

from typing import Any


def merge(target: Any, patch: Any) -> Any:
    """The patched document, as RFC 7396 section 2 defines it; neither argument is changed.

    Members of `patch` replace those of `target`, null removes, objects merge by member, arrays are replaced whole.
    """
    if not isinstance(patch, dict):
        return patch
    kept = {name: value for name, value in target.items() if name not in patch} if isinstance(target, dict) else {}
    changed = {
        name: merge(target.get(name) if isinstance(target, dict) else None, value)
        for name, value in patch.items()
        if value is not None
    }
    return kept | changed
