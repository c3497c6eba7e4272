// Answers what External Secrets Operator v0.16.2 makes of manifests: its own schemas, webhooks, controller and providers,
// over a client in memory in place of a cluster. Reads cases as JSON lines, and answers a line for each.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

type testCase struct {
	Input string `json:"input"`
}

type answer struct {
	// secret, none or error
	Outcome string `json:"outcome"`
	Error   string `json:"error"`
	// The API server would not take one of the Secrets.
	Refused bool     `json:"refused"`
	Secrets []secret `json:"secrets"`
}

func main() {
	schemas, err := readSchemas(os.Args[1])
	if err != nil {
		panic(err)
	}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<26)
	out := json.NewEncoder(os.Stdout)
	for in.Scan() {
		var c testCase
		if err := json.Unmarshal(in.Bytes(), &c); err != nil {
			panic(err)
		}
		if err := out.Encode(answerTo(c, schemas)); err != nil {
			panic(err)
		}
	}
	if err := in.Err(); err != nil {
		panic(err)
	}
}

func answerTo(c testCase, schemas schemas) (result answer) {
	defer func() {
		if cause := recover(); cause != nil {
			result = answer{Outcome: "error", Error: fmt.Sprint("panic: ", cause)}
		}
	}()
	objects, err := admit(c.Input, schemas)
	if err != nil {
		return answer{Outcome: "error", Error: err.Error()}
	}
	made, err := reconcileAll(objects)
	if err != nil {
		return answer{Outcome: "error", Error: err.Error()}
	}
	result.Outcome = "none"
	for _, one := range made {
		result.Outcome = "secret"
		result.Refused = result.Refused || isRefused(one)
		result.Secrets = append(result.Secrets, view(one))
	}
	return result
}
