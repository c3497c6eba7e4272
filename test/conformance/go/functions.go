package main

import (
	"encoding/hex"
	"errors"
	"strings"
	"text/template"

	"sigs.k8s.io/yaml"
)

// coreFunctions has one function per shape of signature, so that the core can be compared without sprig.
// support/core-functions.ts declares the same ones.
func coreFunctions() template.FuncMap {
	return template.FuncMap{
		"list":       func(items ...any) []any { return items },
		"strings":    func(items ...string) []string { return items },
		"dict":       dict,
		"same":       func(value any) any { return value },
		"nothing":    func() any { return nil },
		"wantBool":   func(b bool) bool { return b },
		"wantInt":    func(n int) int { return n },
		"wantInt64":  func(n int64) int64 { return n },
		"wantUint64": func(n uint64) uint64 { return n },
		"wantFloat":  func(f float64) float64 { return f },
		"wantString": func(s string) string { return s },
		"wantList":   func(l []any) int { return len(l) },
		"wantDict":   func(d map[string]any) int { return len(d) },
		"sum":        sum,
		"repeatWord": func(count int, word string) string { return repeatWord(count, word) },
		"fails":      func(text string) (string, error) { return "", errors.New(text) },
	}
}

func dict(pairs ...any) map[string]any {
	result := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if key, ok := pairs[i].(string); ok {
			result[key] = pairs[i+1]
		}
	}
	return result
}

func sum(first int, rest ...int) int {
	for _, n := range rest {
		first += n
	}
	return first
}

func repeatWord(count int, word string) string {
	result := ""
	for range min(count, 10) {
		result += word
	}
	return result
}

// hexdec is the one function that External Secrets Operator puts among sprig's.
func hexdec(text string) string {
	decoded, err := hex.DecodeString(text)
	if err != nil {
		return err.Error()
	}
	return string(decoded)
}

// toYaml and fromYaml swallow their errors, as the operator's do.
func toYaml(value any) string {
	encoded, err := yaml.Marshal(value)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(string(encoded), "\n")
}

func fromYaml(text string) map[string]any {
	result := map[string]any{}
	if err := yaml.Unmarshal([]byte(text), &result); err != nil {
		result["Error"] = err.Error()
	}
	return result
}
