-- assertion "never three" is false
var x: 0 .. 4;
startstate begin x := 0; end;
rule begin x := (x + 1) % 5; assert "never three" x != 3; end;
