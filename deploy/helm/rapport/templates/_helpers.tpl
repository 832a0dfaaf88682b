{{- define "rapport.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "rapport.selector" -}}
app.kubernetes.io/name: rapport
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "rapport.labels" -}}
{{ include "rapport.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* The variables of a port that others reach: rapport.port (dict "name" "GATEWAY" "port" 8080 "tls" "secret") */}}
{{- define "rapport.port" -}}
- name: RAPPORT_{{ .name }}__LISTEN
  value: ":{{ .port }}"
{{- if .tls }}
- name: RAPPORT_{{ .name }}__TLS__CERTIFICATE
  value: /etc/rapport-tls/{{ .name | lower }}/tls.crt
- name: RAPPORT_{{ .name }}__TLS__KEY
  value: /etc/rapport-tls/{{ .name | lower }}/tls.key
{{- else }}
- name: RAPPORT_{{ .name }}__BEHIND_PROXY
  value: "true"
{{- end }}
{{- end }}

{{- define "rapport.scheme" -}}
{{ if . }}HTTPS{{ else }}HTTP{{ end }}
{{- end }}
