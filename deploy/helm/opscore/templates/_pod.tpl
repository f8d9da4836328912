{{/* What every pod has: who it runs as, where it may run. Takes `root`, `part` and `values`. */}}
{{- define "opscore.pod" -}}
serviceAccountName: {{ include "opscore.serviceAccountName" .root }}
# No part of Ops-Core talks to Kubernetes.
automountServiceAccountToken: false
# A service by the name of opscore would set OPSCORE_PORT to something else than a port.
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  seccompProfile:
    type: RuntimeDefault
# Time to be taken out of load balancers, the 25 s of the drain, and some for the last writes.
terminationGracePeriodSeconds: {{ add .root.Values.shutdownDelaySeconds 25 5 }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "opscore.selector" . | nindent 8 }}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "opscore.containerSecurity" -}}
image: {{ include "opscore.image" .root }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end -}}

{{/* A variable from the secret. Takes `root`, `name`, `key`, and `optional` where it may be missing there. */}}
{{- define "opscore.secretVariable" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .root.Values.existingSecret }}
      key: {{ .key }}
      {{- if .optional }}
      optional: true
      {{- end }}
{{- end -}}

{{- define "opscore.agentKitUrl" -}}
{{- if .Values.agentkit.url -}}
{{- .Values.agentkit.url -}}
{{- else if .Values.agentkit.enabled -}}
http://{{ include "opscore.fullname" . }}-agentkit:{{ .Values.agentkit.service.port }}
{{- end -}}
{{- end -}}
