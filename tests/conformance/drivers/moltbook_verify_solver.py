"""moltbook-verify 1.0.2: solves text challenges by rules and hands the answer in, address by argument."""

from moltbook_verify import solve_challenge, verify_content  # type: ignore[import-not-found]

from tests.conformance.drivers.reporting import Report, job


def main() -> None:
    work, report = job(), Report()
    if work["phase"] == "solve":
        report.step("solve", lambda: [solve_challenge(text) for text in work["texts"]])
    else:
        url = work["api"] + "/verify"
        report.step("solve", lambda: solve_challenge(work["verification"]["challenge_text"]))
        report.step("verify", lambda: verify_content(work["key"], work["verification"], url))
        report.step("verify again", lambda: verify_content(work["key"], work["verification"], url))
    report.send()


main()
