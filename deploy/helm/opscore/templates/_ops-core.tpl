{{/* The settings of an Ops-Core process: docs/configuration.md. */}}
{{- define "opscore.environment" -}}
- name: OPSCORE_STORAGE_TYPE
  value: redis
{{- if .Values.redis.host }}
- name: REDIS_HOST
  value: {{ .Values.redis.host | quote }}
- name: REDIS_PORT
  value: {{ .Values.redis.port | quote }}
{{- else }}
{{ include "opscore.secretVariable" (dict "root" . "name" "OPSCORE_REDIS_URL" "key" .Values.secretKeys.redisUrl) }}
{{- end }}
- name: OPSCORE_REDIS_PARTITIONS
  value: {{ .Values.redis.partitions | quote }}
{{- with .Values.redis.store }}
- name: OPSCORE_REDIS_STORE
  value: {{ . | quote }}
{{- end }}
{{ include "opscore.secretVariable" (dict "root" . "name" "OPSCORE_API_KEY" "key" .Values.secretKeys.apiKey) }}
{{ include "opscore.secretVariable" (dict "root" . "name" "OPSCORE_WEBHOOK_SECRET" "key" .Values.secretKeys.webhookSecret) }}
{{- with include "opscore.agentKitUrl" . }}
- name: AGENTKIT_API_URL
  value: {{ . | quote }}
{{ include "opscore.secretVariable" (dict "root" $ "name" "AGENTKIT_API_KEY" "key" $.Values.secretKeys.agentKitApiKey "optional" (not $.Values.agentkit.enabled)) }}
{{- end }}
- name: OPSCORE_SHUTDOWN_DELAY
  value: {{ printf "%ds" (int .Values.shutdownDelaySeconds) | quote }}
- name: OPSCORE_RATE_LIMIT
  value: {{ .Values.settings.rateLimit | quote }}
- name: OPSCORE_AGENT_NETWORKS
  value: {{ .Values.settings.agentNetworks | quote }}
- name: OPSCORE_AGENT_HISTORY
  value: {{ .Values.settings.agentHistory | quote }}
- name: OPSCORE_SESSION_HISTORY
  value: {{ .Values.settings.sessionHistory | quote }}
- name: LOG_LEVEL
  value: {{ .Values.settings.logLevel | quote }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* A deployment of processes that are interchangeable. Takes `root`, `part` (the role) and `values`. */}}
{{- define "opscore.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "opscore.metadata" . | nindent 2 }}
spec:
  {{- if not .values.autoscaling.enabled }}
  replicas: {{ .values.replicas }}
  {{- end }}
  # A new one is ready before an old one goes.
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  selector:
    matchLabels:
      {{- include "opscore.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "opscore.labels" . | nindent 8 }}
      {{- with .values.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      {{- include "opscore.pod" . | nindent 6 }}
      containers:
        - name: opscore
          {{- include "opscore.containerSecurity" . | nindent 10 }}
          args: [serve, --role, {{ .part }}, --port, '8000']
          ports:
            - name: http
              containerPort: 8000
          env:
            {{- include "opscore.environment" .root | nindent 12 }}
          startupProbe:
            httpGet: { path: /health, port: http }
            periodSeconds: 2
            timeoutSeconds: 2
            failureThreshold: 60
          # Not /ready: while Redis is away a restart mends nothing.
          livenessProbe:
            httpGet: { path: /health, port: http }
            periodSeconds: 10
            timeoutSeconds: 3
            failureThreshold: 3
          readinessProbe:
            httpGet: { path: /ready, port: http }
            periodSeconds: 3
            timeoutSeconds: 2
            failureThreshold: 2
          resources:
            {{- toYaml .values.resources | nindent 12 }}
          volumeMounts:
            - name: data
              mountPath: /data
            {{- with .root.Values.extraVolumeMounts }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
      volumes:
        # A container that is started again in its pod remembers which store was in Redis; redis.store does for all pods.
        - name: data
          emptyDir: { sizeLimit: 16Mi }
        {{- with .root.Values.extraVolumes }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
{{- end -}}

{{- define "opscore.autoscaler" -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "opscore.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "opscore.fullname" .root }}-{{ .part }}
  minReplicas: {{ .values.autoscaling.minReplicas }}
  maxReplicas: {{ .values.autoscaling.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ .values.autoscaling.targetCPUUtilizationPercentage }}
{{- end -}}

{{- define "opscore.disruptionBudget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "opscore.metadata" . | nindent 2 }}
spec:
  maxUnavailable: {{ .values.maxUnavailable }}
  selector:
    matchLabels:
      {{- include "opscore.selector" . | nindent 6 }}
{{- end -}}
