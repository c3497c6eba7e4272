package main

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"hash"
	"strings"
	"text/template"

	"github.com/lestrrat-go/jwx/v2/jwk"
	"software.sslmate.com/src/go-pkcs12"
)

// esoFunctions are External Secrets Operator's own functions on keys and certificates, written after their description, on
// the libraries that the operator uses.
func esoFunctions() template.FuncMap {
	return template.FuncMap{
		"filterPEM":                 filterPEM,
		"filterCertChain":           filterCertChain,
		"certSANs":                  certSANs,
		"jwkPublicKeyPem":           jwkPublicKeyPem,
		"jwkPrivateKeyPem":          jwkPrivateKeyPem,
		"rsaDecrypt":                rsaDecrypt,
		"pkcs12key":                 func(file string) (string, error) { return pkcs12Key("", file) },
		"pkcs12keyPass":             pkcs12Key,
		"pkcs12cert":                func(file string) (string, error) { return pkcs12Certificates("", file) },
		"pkcs12certPass":            pkcs12Certificates,
		"pemToPkcs12":               func(cert, key string) (string, error) { return toPkcs12(cert, key, "", false) },
		"pemToPkcs12Pass":           func(cert, key, pass string) (string, error) { return toPkcs12(cert, key, pass, false) },
		"fullPemToPkcs12":           func(cert, key string) (string, error) { return toPkcs12(cert, key, "", true) },
		"fullPemToPkcs12Pass":       func(cert, key, pass string) (string, error) { return toPkcs12(cert, key, pass, true) },
		"pemTruststoreToPKCS12":     func(certs string) (string, error) { return trustStore(certs, "") },
		"pemTruststoreToPKCS12Pass": trustStore,
	}
}

func pemText(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// fromFirstBlock leaves out what stands before the first block.
func fromFirstBlock(text string) []byte {
	if at := strings.Index(text, "-----BEGIN"); at > 0 {
		text = text[at:]
	}
	return []byte(text)
}

func filterPEM(kind, text string) (string, error) {
	var kept bytes.Buffer
	block, rest := pem.Decode(fromFirstBlock(text))
	for ; block != nil; block, rest = pem.Decode(rest) {
		if strings.EqualFold(kind, block.Type) {
			if err := pem.Encode(&kept, block); err != nil {
				return "", err
			}
		}
	}
	if kept.Len() == 0 && len(rest) > 0 {
		return "", errors.New("error filtering pem: found junk")
	}
	return kept.String(), nil
}

func certSANs(text string) ([]string, error) {
	block, _ := pem.Decode(fromFirstBlock(text))
	if block == nil {
		return nil, errors.New("failed to decode PEM block")
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("failed to parse certificate: %w", err)
	}
	names := append([]string{}, certificate.DNSNames...)
	for _, address := range certificate.IPAddresses {
		names = append(names, address.String())
	}
	names = append(names, certificate.EmailAddresses...)
	for _, uri := range certificate.URIs {
		names = append(names, uri.String())
	}
	return names, nil
}

func filterCertChain(part, text string) (string, error) {
	chain, err := chainIn([]byte(text))
	if err != nil {
		return "", err
	}
	output := ""
	switch part {
	case "leaf":
		if !isRoot(chain[0]) {
			output = pemText("CERTIFICATE", chain[0].Raw)
		}
	case "intermediate":
		for _, certificate := range chain[1:] {
			if isRoot(certificate) {
				break
			}
			output += pemText("CERTIFICATE", certificate.Raw)
		}
	case "root":
		if last := chain[len(chain)-1]; isRoot(last) {
			output = pemText("CERTIFICATE", last.Raw)
		}
	}
	return output, nil
}

func isRoot(certificate *x509.Certificate) bool {
	return certificate.AuthorityKeyId == nil || bytes.Equal(certificate.AuthorityKeyId, certificate.SubjectKeyId)
}

// chainIn orders certificates from the one that signs none to the root: the signer is the first whose identifier is named.
func chainIn(text []byte) ([]*x509.Certificate, error) {
	var all []*x509.Certificate
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		all = append(all, certificate)
	}
	signer := make(map[int]int)
	signs := make(map[int]bool)
	for i, certificate := range all {
		for j, other := range all {
			if i != j && bytes.Equal(certificate.AuthorityKeyId, other.SubjectKeyId) {
				signer[i], signs[j] = j, true
				break
			}
		}
	}
	leaf := -1
	for i := range all {
		if signs[i] {
			continue
		}
		if leaf >= 0 {
			return nil, errors.New("found multiple leaf or disjunct certificates")
		}
		leaf = i
	}
	if leaf < 0 {
		return nil, errors.New("no leaf certificate found")
	}
	chain := []*x509.Certificate{all[leaf]}
	for next, ok := signer[leaf]; ok; next, ok = signer[next] {
		if len(chain) == len(all) {
			return nil, errors.New("constructing chain resulted in cycle")
		}
		chain = append(chain, all[next])
	}
	return chain, nil
}

func rawKey(json string) (any, error) {
	key, err := jwk.ParseKey([]byte(json))
	if err != nil {
		return nil, err
	}
	var raw any
	err = key.Raw(&raw)
	return raw, err
}

func jwkPublicKeyPem(json string) (string, error) {
	key, err := rawKey(json)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return "", err
	}
	return pemText("PUBLIC KEY", der), nil
}

func jwkPrivateKeyPem(json string) (string, error) {
	key, err := rawKey(json)
	if err != nil {
		return "", err
	}
	return pkcs8Text(key)
}

func pkcs8Text(key any) (string, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", err
	}
	return pemText("PRIVATE KEY", der), nil
}

func privateKeyOf(der []byte) (any, error) {
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key, nil
	}
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return key, nil
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return key, nil
	}
	return nil, errors.New("unable to parse private key type")
}

func rsaDecrypt(scheme, hashName, encrypted, keyText string) (string, error) {
	if scheme == "None" {
		return encrypted, nil
	}
	if scheme != "RSA-OAEP" {
		return "", fmt.Errorf("decryption scheme %v is not supported", scheme)
	}
	block, _ := pem.Decode([]byte(keyText))
	if block == nil {
		return "", errors.New("failed to decode PEM block")
	}
	key, err := privateKeyOf(block.Bytes)
	if err != nil {
		return "", fmt.Errorf("could not parse private key: %v", err)
	}
	rsaKey, ok := key.(*rsa.PrivateKey)
	if !ok {
		return "", errors.New("could not parse RSA private key")
	}
	plain, err := rsa.DecryptOAEP(hashNamed(hashName), nil, rsaKey, []byte(encrypted), nil)
	if err != nil {
		return "", fmt.Errorf("error decrypting data with RSA: %v", err)
	}
	return string(plain), nil
}

func hashNamed(name string) hash.Hash {
	switch name {
	case "SHA1":
		return sha1.New()
	case "SHA512":
		return sha512.New()
	}
	return sha256.New()
}

func pkcs12Key(pass, file string) (string, error) {
	key, _, _, err := pkcs12.DecodeChain([]byte(file), pass)
	if err != nil {
		return "", fmt.Errorf("unable to decode pkcs12 with password: %s", err)
	}
	return pkcs8Text(key)
}

func pkcs12Certificates(pass, file string) (string, error) {
	_, leaf, others, err := pkcs12.DecodeChain([]byte(file), pass)
	if err != nil {
		return "", fmt.Errorf("unable to decode pkcs12 certificate with password: %s", err)
	}
	asFound := pemsOf(append([]*x509.Certificate{leaf}, others...))
	ordered, err := chainIn([]byte(asFound))
	if err != nil {
		return asFound, nil
	}
	return pemsOf(ordered), nil
}

func pemsOf(certificates []*x509.Certificate) string {
	output := ""
	for _, certificate := range certificates {
		output += pemText("CERTIFICATE", certificate.Raw)
	}
	return output
}

// toPkcs12 does not ask whether there is a block, as the operator does not.
func toPkcs12(certs, keyText, pass string, isFull bool) (string, error) {
	block, rest := pem.Decode([]byte(certs))
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return "", err
	}
	var others []*x509.Certificate
	if isFull {
		if others, err = certificatesIn(rest); err != nil {
			return "", err
		}
	}
	keyBlock, _ := pem.Decode([]byte(keyText))
	var key crypto.PrivateKey
	if key, err = privateKeyOf(keyBlock.Bytes); err != nil {
		return "", err
	}
	file, err := pkcs12.Modern.Encode(key, leaf, others, pass)
	return base64.StdEncoding.EncodeToString(file), err
}

func trustStore(certs, pass string) (string, error) {
	certificates, err := certificatesIn([]byte(certs))
	if err != nil {
		return "", err
	}
	file, err := pkcs12.Modern.EncodeTrustStore(certificates, pass)
	return base64.StdEncoding.EncodeToString(file), err
}

func certificatesIn(text []byte) ([]*x509.Certificate, error) {
	var certificates []*x509.Certificate
	for len(text) > 0 {
		block, rest := pem.Decode(text)
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		certificates, text = append(certificates, certificate), rest
	}
	return certificates, nil
}
