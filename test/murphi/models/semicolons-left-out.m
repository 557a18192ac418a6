-- 4 states, 6 rules fired; without symmetry 4 states, 6 rules fired; no error
var x: 0 .. 1 y: boolean
startstate begin x := 0; y := true end
rule "a" begin x := 1 - x end
rule "b" y ==> begin y := false end
