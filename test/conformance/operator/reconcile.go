package main

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/record"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	esv1 "github.com/external-secrets/external-secrets/apis/externalsecrets/v1"
	"github.com/external-secrets/external-secrets/pkg/controllers/externalsecret"
	"github.com/external-secrets/external-secrets/pkg/controllers/externalsecret/esmetrics"
	ctrlmetrics "github.com/external-secrets/external-secrets/pkg/controllers/metrics"
)

func init() {
	ctrl.SetLogger(logr.Discard())
	ctrlmetrics.SetUpLabelNames(false)
	esmetrics.SetUpMetrics()
}

// reconcileAll answers the Secrets that the operator made or changed.
func reconcileAll(objects []client.Object) ([]*corev1.Secret, error) {
	cluster := fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...).WithStatusSubresource(&esv1.ExternalSecret{}).Build()
	var made []*corev1.Secret
	for _, object := range objects {
		wanted, ok := object.(*esv1.ExternalSecret)
		if !ok {
			continue
		}
		before, err := targetOf(cluster, wanted)
		if err != nil {
			return nil, err
		}
		if err := reconcile(cluster, client.ObjectKeyFromObject(wanted)); err != nil {
			return nil, err
		}
		after, err := targetOf(cluster, wanted)
		if err != nil {
			return nil, err
		}
		if after != nil && (before == nil || !reflect.DeepEqual(view(before), view(after))) {
			made = append(made, after)
		}
	}
	return made, nil
}

func targetOf(cluster client.Client, wanted *esv1.ExternalSecret) (*corev1.Secret, error) {
	name := wanted.Spec.Target.Name
	if name == "" {
		name = wanted.Name
	}
	found := &corev1.Secret{}
	err := cluster.Get(context.Background(), client.ObjectKey{Name: name, Namespace: wanted.Namespace}, found)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	return found, err
}

func reconcile(cluster client.Client, key client.ObjectKey) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	reconciler := &externalsecret.Reconciler{
		Client: cluster, SecretClient: cluster, Log: logr.Discard(), Scheme: scheme,
		ControllerClass: "default", RequeueInterval: time.Hour, ClusterSecretStoreEnabled: true,
	}
	events := record.NewFakeRecorder(1000)
	reconciler.SetRecorder(events)
	for again := true; again; {
		result, err := reconciler.Reconcile(ctx, ctrl.Request{NamespacedName: key})
		if err != nil {
			return err
		}
		// The first pass may only label a Secret that is there already.
		again = result.Requeue
	}
	return statusError(ctx, cluster, key)
}

// Some errors stand only in the status: trying again would not help.
func statusError(ctx context.Context, cluster client.Client, key client.ObjectKey) error {
	done := &esv1.ExternalSecret{}
	if err := cluster.Get(ctx, key, done); err != nil {
		return err
	}
	var problems []string
	for _, condition := range done.Status.Conditions {
		if condition.Type == esv1.ExternalSecretReady && condition.Status != corev1.ConditionTrue {
			problems = append(problems, condition.Message)
		}
	}
	if len(problems) == 0 {
		return nil
	}
	return errors.New(strings.Join(problems, "; "))
}
