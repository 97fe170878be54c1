"""Whatever reads bytes from outside, under invented bytes (reliability.md §3, T6).

A target is a check of one reader with the samples it starts from (`targets`, by side); a check
raises when a promise is broken: another exception than the reader's typed one, an output that does
not come back the same, or a result that a second, simpler reading contradicts. `watch` adds the
bounds of X2 on time and memory. Inputs come from three instruments: `mutator` (ours, from a seed),
`strategies` (Hypothesis, where it is installed) and `guided` (atheris, where it is installed).
"""
