"""Owns the proof that ports are planned from one number and a taken one is said in words."""

from __future__ import annotations

import socket

import pytest

from deploy.local.ports import (
    FIRST_PORT,
    HOST,
    PortRangeError,
    PortTakenError,
    ServicePorts,
    free_port,
    is_free,
    plan_ports,
    require_free,
)

NAMES = ("gateway", "cases", "survey", "analytics")


class TestPlanPorts:
    def test_the_gateway_gets_the_first_and_no_two_are_the_same(self) -> None:
        ports = plan_ports(NAMES)
        assert ports["gateway"].http == FIRST_PORT == 8080
        used = [port for pair in ports.values() for port in (pair.http, pair.metrics)]
        assert sorted(used) == list(range(8080, 8088))

    def test_one_number_moves_all(self) -> None:
        assert plan_ports(NAMES, 9000)["cases"] == ServicePorts(http=9001, metrics=9005)

    @pytest.mark.parametrize("first", [0, 80, 1023, 65529, 70000, -1])
    def test_a_number_that_does_not_fit_is_refused(self, first: int) -> None:
        with pytest.raises(PortRangeError, match="PORT must be from 1024 to 65528"):
            plan_ports(NAMES, first)

    def test_the_outermost_numbers_fit(self) -> None:
        assert plan_ports(NAMES, 65528)["analytics"].metrics == 65535
        assert plan_ports(NAMES, 1024)["gateway"].http == 1024


class TestTakenPorts:
    def test_a_taken_port_is_named_with_a_way_out_in_both_languages(self) -> None:
        with socket.create_server((HOST, 0)) as other:
            taken = other.getsockname()[1]
            assert not is_free(taken)
            ports = {"gateway": ServicePorts(http=taken, metrics=free_port())}
            with pytest.raises(PortTakenError, match=f"Port {taken} .* gateway") as problem:
                require_free(ports)
        assert "make run PORT=" in str(problem.value)
        assert "optaget" in str(problem.value)

    def test_a_taken_metrics_port_is_named_as_such(self) -> None:
        with socket.create_server((HOST, 0)) as other:
            ports = {"cases": ServicePorts(http=free_port(), metrics=other.getsockname()[1])}
            with pytest.raises(PortTakenError, match="cases metrics"):
                require_free(ports)

    def test_the_suggested_port_can_be_planned(self) -> None:
        for taken in (8080, 65500):
            suggested = int(str(PortTakenError("gateway", taken)).split("PORT=")[1].split()[0])
            assert plan_ports(NAMES, suggested)

    def test_free_ports_pass(self) -> None:
        port = free_port()
        assert is_free(port)
        require_free({"gateway": ServicePorts(http=port, metrics=free_port())})
