package externalsecret

import "k8s.io/client-go/tools/record"

// SetRecorder sets what only SetupWithManager sets, which wants a cluster.
func (r *Reconciler) SetRecorder(recorder record.EventRecorder) { r.recorder = recorder }
