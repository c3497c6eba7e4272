package main

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

type secret struct {
	Name        string            `json:"name"`
	Namespace   string            `json:"namespace"`
	Type        corev1.SecretType `json:"type"`
	Immutable   bool              `json:"immutable"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	Data        map[string][]byte `json:"data"`
}

// view leaves out what the operator notes for itself.
func view(s *corev1.Secret) secret {
	return secret{
		Name: s.Name, Namespace: s.Namespace, Type: s.Type,
		Immutable: s.Immutable != nil && *s.Immutable,
		Labels:    withoutOwn(s.Labels), Annotations: withoutOwn(s.Annotations),
		Data: withoutNil(s.Data),
	}
}

// withoutNil spells values that are nothing as those that are empty.
func withoutNil(all map[string][]byte) map[string][]byte {
	kept := map[string][]byte{}
	for key, value := range all {
		kept[key] = append([]byte{}, value...)
	}
	return kept
}

func withoutOwn(all map[string]string) map[string]string {
	kept := map[string]string{}
	for key, value := range all {
		if !strings.HasPrefix(key, "reconcile.external-secrets.io/") {
			kept[key] = value
		}
	}
	return kept
}

// isRefused tells whether the API server would not take it. The client in memory takes all.
func isRefused(s *corev1.Secret) bool {
	metadata := field.NewPath("metadata")
	problems := metav1validation.ValidateLabels(s.Labels, metadata)
	problems = append(problems, validation.ValidateAnnotations(s.Annotations, metadata)...)
	for key := range s.Data {
		if len(utilvalidation.IsConfigMapKey(key)) > 0 {
			return true
		}
	}
	return len(problems) > 0
}
