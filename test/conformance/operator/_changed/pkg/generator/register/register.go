// Package register has only the generator that is compared.
package register

import _ "github.com/external-secrets/external-secrets/pkg/generator/fake"
