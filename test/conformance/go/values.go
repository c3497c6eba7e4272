package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
)

// decodeValue reads a value that names its own Go type: {"int": "3"}, {"string": "<base64>"},
// {"[]interface {}": [{"bool": true}]}, {"map[string]string": {"k": "<base64>"}}, {"nil": true}.
func decodeValue(raw json.RawMessage) (any, error) {
	var tagged map[string]json.RawMessage
	if err := json.Unmarshal(raw, &tagged); err != nil {
		return nil, err
	}
	for name, body := range tagged {
		return decodeTyped(name, body)
	}
	return nil, fmt.Errorf("a value without a type")
}

func decodeTyped(name string, body json.RawMessage) (any, error) {
	switch name {
	case "nil":
		return nil, nil
	case "bool":
		var b bool
		err := json.Unmarshal(body, &b)
		return b, err
	case "[]interface {}":
		return decodeList(body)
	case "map[string]interface {}":
		return decodeMap(body)
	case "[]string":
		var texts []string
		if err := json.Unmarshal(body, &texts); err != nil {
			return nil, err
		}
		for i, text := range texts {
			texts[i] = fromBase64(text)
		}
		return texts, nil
	case "map[string]string":
		var texts map[string]string
		if err := json.Unmarshal(body, &texts); err != nil {
			return nil, err
		}
		for key, text := range texts {
			texts[key] = fromBase64(text)
		}
		return texts, nil
	}
	var text string
	if err := json.Unmarshal(body, &text); err != nil {
		return nil, err
	}
	return decodeScalar(name, text)
}

func decodeScalar(name, text string) (any, error) {
	switch name {
	case "string":
		return fromBase64(text), nil
	case "int":
		return strconv.Atoi(text)
	case "int64":
		return strconv.ParseInt(text, 10, 64)
	case "uint64":
		return strconv.ParseUint(text, 10, 64)
	case "float64":
		return strconv.ParseFloat(text, 64)
	}
	return nil, fmt.Errorf("unknown type %q", name)
}

func decodeList(body json.RawMessage) (any, error) {
	var items []json.RawMessage
	if err := json.Unmarshal(body, &items); err != nil {
		return nil, err
	}
	list := make([]any, 0, len(items))
	for _, item := range items {
		value, err := decodeValue(item)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	return list, nil
}

func decodeMap(body json.RawMessage) (any, error) {
	var entries map[string]json.RawMessage
	if err := json.Unmarshal(body, &entries); err != nil {
		return nil, err
	}
	result := make(map[string]any, len(entries))
	for key, entry := range entries {
		value, err := decodeValue(entry)
		if err != nil {
			return nil, err
		}
		result[key] = value
	}
	return result, nil
}

func fromBase64(text string) string {
	decoded, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return string(decoded)
}
