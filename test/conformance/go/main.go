// Command oracle runs Go's own text/template on the cases that the differential test invents.
// It reads one JSON case a line on stdin and answers one JSON line each, in order.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

// A testCase has its texts in base64, since a template and its data need not be UTF-8.
type testCase struct {
	Name       string          `json:"name"`
	Template   string          `json:"template"`
	Data       json.RawMessage `json:"data"`
	Functions  string          `json:"functions"`
	MissingKey string          `json:"missingKey"`
	Left       string          `json:"left"`
	Right      string          `json:"right"`
}

type answer struct {
	OK     bool   `json:"ok"`
	Output string `json:"output,omitempty"`
	Error  string `json:"error,omitempty"`
}

func main() {
	in := bufio.NewReader(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			encoded, failure := json.Marshal(run(line))
			if failure != nil {
				panic(failure)
			}
			out.Write(encoded)
			out.WriteByte('\n')
		}
		if err != nil {
			return
		}
	}
}

// The tables are made once, as the operator makes its own.
var (
	coreTable  = coreFunctions()
	sprigTable = sprigFunctions()
)

func sprigFunctions() template.FuncMap {
	functions := sprig.TxtFuncMap()
	functions["hexdec"] = hexdec
	functions["toYaml"] = toYaml
	functions["fromYaml"] = fromYaml
	maps.Copy(functions, esoFunctions())
	maps.Copy(functions, checks())
	return functions
}

func run(line []byte) (result answer) {
	defer func() {
		if r := recover(); r != nil {
			result = failed(fmt.Errorf("panic: %v", r))
		}
	}()
	var c testCase
	if err := json.Unmarshal(line, &c); err != nil {
		return failed(err)
	}
	text, err := base64.StdEncoding.DecodeString(c.Template)
	if err != nil {
		return failed(err)
	}
	data, err := decodeValue(c.Data)
	if err != nil {
		return failed(err)
	}
	functions := coreTable
	if c.Functions == "sprig" {
		functions = sprigTable
	}
	parsed, err := template.New(c.Name).Option("missingkey="+c.MissingKey).Delims(c.Left, c.Right).Funcs(functions).Parse(string(text))
	if err != nil {
		return failed(err)
	}
	var output bytes.Buffer
	if err := parsed.Execute(&output, data); err != nil {
		return failed(err)
	}
	return answer{OK: true, Output: base64.StdEncoding.EncodeToString(output.Bytes())}
}

func failed(err error) answer {
	return answer{Error: base64.StdEncoding.EncodeToString([]byte(err.Error()))}
}
