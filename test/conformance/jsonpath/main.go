// Command jsonpath answers paths over documents with the library of the operator's webhook provider.
// It reads one JSON case a line on stdin and answers one JSON line each, in order.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/PaesslerAG/jsonpath"
)

type testCase struct {
	Path     string          `json:"path"`
	Document json.RawMessage `json:"document"`
}

// An answer's Value is absent where the path cannot be read, or selects nothing.
type answer struct {
	OK    bool `json:"ok"`
	Value any  `json:"value"`
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<26)
	out := json.NewEncoder(os.Stdout)
	for in.Scan() {
		if err := out.Encode(run(in.Bytes())); err != nil {
			panic(err)
		}
	}
}

func run(line []byte) (result answer) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintf(os.Stderr, "panic: %v in %s\n", r, line)
			result = answer{}
		}
	}()
	var c testCase
	if err := json.Unmarshal(line, &c); err != nil {
		panic(err)
	}
	var document any
	if err := json.Unmarshal(c.Document, &document); err != nil {
		panic(err)
	}
	value, err := jsonpath.Get(c.Path, document)
	return answer{OK: err == nil, Value: value}
}
