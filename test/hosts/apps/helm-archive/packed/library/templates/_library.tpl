{{- define "library.configMap" -}}
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}}
data: {kubernetes: {{ .Capabilities.KubeVersion.Version | quote }}, release: {{ .Release.Service | quote }}}
{{- end -}}
{{- define "library.secret" -}}
apiVersion: external-secrets.io/v1
kind: {{ list "External" "Secret" | join "" }}
metadata: {name: {{ .name }}}
spec:
  secretStoreRef: {name: {{ .store }}}
  data: [{secretKey: a, remoteRef: {key: a}}]
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: {{ .store }}}
spec: {provider: {fake: {data: [{key: a, value: b}]}}}
{{- end -}}
