-- 2 states, 2 rules fired; without symmetry 2 states, 2 rules fired; no error
/* a comment
   of two lines: rule "x" begin end; */
var x: 0 .. 1; -- another -- one
startstate begin x := 0; /**/ end; /* ** / */
rule begin x := 1 - x; end -- no semicolon
