package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	esv1 "github.com/external-secrets/external-secrets/apis/externalsecrets/v1"
	generatorsv1alpha1 "github.com/external-secrets/external-secrets/apis/generators/v1alpha1"
)

type kindSchema struct {
	structural *schema.Structural
	validator  validation.SchemaValidator
}

// By apiVersion and kind.
type schemas map[string]kindSchema

var scheme = newScheme()

func newScheme() *runtime.Scheme {
	made := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, esv1.AddToScheme, generatorsv1alpha1.AddToScheme} {
		if err := add(made); err != nil {
			panic(err)
		}
	}
	return made
}

// readSchemas reads the CustomResourceDefinitions of a folder.
func readSchemas(folder string) (schemas, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*external-secrets.io_*.yaml"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no definitions in %s: %w", folder, err)
	}
	all := schemas{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		definition := &apiextensionsv1.CustomResourceDefinition{}
		if err := yaml.Unmarshal(text, definition); err != nil {
			return nil, err
		}
		for _, version := range definition.Spec.Versions {
			one, err := newKindSchema(version.Schema.OpenAPIV3Schema)
			if err != nil {
				return nil, err
			}
			all[definition.Spec.Group+"/"+version.Name+" "+definition.Spec.Names.Kind] = one
		}
	}
	return all, nil
}

func newKindSchema(properties *apiextensionsv1.JSONSchemaProps) (kindSchema, error) {
	internal := &apiextensions.JSONSchemaProps{}
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(properties, internal, nil); err != nil {
		return kindSchema{}, err
	}
	structural, err := schema.NewStructural(internal)
	if err != nil {
		return kindSchema{}, err
	}
	validator, _, err := validation.NewSchemaValidator(internal)
	return kindSchema{structural, validator}, err
}

// admit does what an API server does with new objects: defaults, schema, webhook. Unknown fields are for the cases to avoid.
func admit(input string, all schemas) ([]client.Object, error) {
	documents, err := decode(input)
	if err != nil {
		return nil, err
	}
	var objects []client.Object
	for i, document := range documents {
		document.SetUID(types.UID(fmt.Sprintf("uid-%d", i)))
		if err := checkSchema(document, all); err != nil {
			return nil, err
		}
		object, err := typed(document)
		if err != nil {
			return nil, err
		}
		if err := callWebhook(object); err != nil {
			return nil, err
		}
		objects = append(objects, object)
	}
	return objects, nil
}

func decode(input string) ([]*unstructured.Unstructured, error) {
	reader := utilyaml.NewYAMLReader(bufio.NewReader(strings.NewReader(input)))
	var documents []*unstructured.Unstructured
	for {
		text, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, err
		}
		asJSON, err := yaml.YAMLToJSON(text)
		if err != nil {
			return nil, err
		}
		document := &unstructured.Unstructured{}
		if err := document.UnmarshalJSON(asJSON); err != nil {
			return nil, err
		}
		documents = append(documents, document)
	}
}

func checkSchema(document *unstructured.Unstructured, all schemas) error {
	if !strings.Contains(document.GetAPIVersion(), "external-secrets.io") {
		return nil
	}
	one, ok := all[document.GetAPIVersion()+" "+document.GetKind()]
	if !ok {
		return fmt.Errorf("no definition of %s %s", document.GetAPIVersion(), document.GetKind())
	}
	defaulting.PruneNonNullableNullsWithoutDefaults(document.Object, one.structural)
	defaulting.Default(document.Object, one.structural)
	return validation.ValidateCustomResource(nil, document.Object, one.validator).ToAggregate()
}

// typed makes a v1 of a v1beta1 too: the operator has no conversion beyond the name of the version.
func typed(document *unstructured.Unstructured) (client.Object, error) {
	document.SetAPIVersion(strings.Replace(document.GetAPIVersion(), "/v1beta1", "/v1", 1))
	object, err := scheme.New(document.GroupVersionKind())
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(document.Object)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, object); err != nil {
		return nil, err
	}
	if secret, ok := object.(*corev1.Secret); ok {
		moveStringData(secret)
	}
	return object.(client.Object), nil
}

func moveStringData(secret *corev1.Secret) {
	for key, value := range secret.StringData {
		if secret.Data == nil {
			secret.Data = map[string][]byte{}
		}
		secret.Data[key] = []byte(value)
	}
	secret.StringData = nil
}

func callWebhook(object client.Object) error {
	var err error
	switch object.(type) {
	case *esv1.ExternalSecret:
		_, err = (&esv1.ExternalSecretValidator{}).ValidateCreate(context.Background(), object)
	case *esv1.SecretStore, *esv1.ClusterSecretStore:
		_, err = (&esv1.GenericStoreValidator{}).ValidateCreate(context.Background(), object)
	}
	return err
}
