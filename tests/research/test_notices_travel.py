"""Notices are copied and sent to other processes with their code and figures."""

import copy
import pickle

from research.notices import Notice


def test_a_notice_arrives_in_another_process_as_it_left() -> None:
    notice = Notice("few", "Few answers.", respondents=60)
    for arrived in (copy.deepcopy(notice), pickle.loads(pickle.dumps(notice))):  # noqa: S301 - our own bytes
        assert (arrived, arrived.code, arrived.facts) == (notice, "few", {"respondents": 60})
