{{- define "common.service" -}}
apiVersion: v1
kind: Service
metadata: {name: {{ .Chart.Name }}}
spec: {ports: [{port: 80}], selector: {app: {{ .Chart.Name }}}}
{{- end -}}
{{- define "common.externalSecret" -}}
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: {{ .name }}}
spec:
  secretStoreRef: {name: local}
  data: [{secretKey: token, remoteRef: {key: {{ .key }}}}]
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: local}
spec: {provider: {fake: {data: [{key: {{ .key }}, value: t}]}}}
{{- end -}}
