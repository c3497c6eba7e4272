package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"text/template"

	"golang.org/x/crypto/bcrypt"
)

// checks say whether what the engine made at random is what it should be. No template of a user has them.
func checks() template.FuncMap {
	return template.FuncMap{
		"bcryptMatches": func(hash, password string) (bool, error) {
			err := bcrypt.CompareHashAndPassword([]byte(hash), []byte(password))
			return err == nil, err
		},
		"keyPair": func(certificate, key string) (bool, error) {
			_, err := tls.X509KeyPair([]byte(certificate), []byte(key))
			return err == nil, err
		},
		"describe": describe,
		"verifies": verifies,
	}
}

func parsedPem(text string) (*x509.Certificate, error) {
	block, _ := pem.Decode([]byte(text))
	return x509.ParseCertificate(block.Bytes)
}

// describe has of a certificate what is not random.
func describe(text string) (map[string]any, error) {
	certificate, err := parsedPem(text)
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"version": certificate.Version, "subject": certificate.Subject.String(), "issuer": certificate.Issuer.String(),
		"hours": int(certificate.NotAfter.Sub(certificate.NotBefore).Hours()), "usage": int(certificate.KeyUsage),
		"extended": certificate.ExtKeyUsage, "isCA": certificate.IsCA, "constrained": certificate.BasicConstraintsValid,
		"dns": certificate.DNSNames, "addresses": certificate.IPAddresses, "algorithm": certificate.SignatureAlgorithm.String(),
		"key": certificate.PublicKeyAlgorithm.String(), "subjectKey": len(certificate.SubjectKeyId),
		"authorityKey": len(certificate.AuthorityKeyId), "extensions": extensionNames(certificate),
	}, nil
}

func extensionNames(certificate *x509.Certificate) []string {
	var names []string
	for _, extension := range certificate.Extensions {
		name := extension.Id.String()
		if extension.Critical {
			name += " critical"
		}
		names = append(names, name)
	}
	return names
}

func verifies(text, authority string) (bool, error) {
	certificate, err := parsedPem(text)
	if err != nil {
		return false, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(authority))
	_, err = certificate.Verify(x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	return err == nil, err
}
