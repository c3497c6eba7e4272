package main

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"sync"
	"time"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	repoclient "github.com/argoproj/argo-cd/v3/reposerver/apiclient"
	"github.com/argoproj/argo-cd/v3/util/tls"
)

// request is what both clients of the repo-server are told.
type request struct {
	address, repo, path, name, source *string
	timeout                           *time.Duration
}

func requestFlags() request {
	return request{
		address: flag.String("address", "", "the repo-server's address"),
		repo:    flag.String("repo", "", "the repository, as file:///path"),
		path:    flag.String("path", ".", "the application's path in it"),
		name:    flag.String("name", "demo", "the application's name"),
		source:  flag.String("source", "{}", "the rest of the application's source, in JSON"),
		timeout: flag.Duration("timeout", time.Minute, "how long the controller waits"),
	}
}

func (r request) applicationSource() *v1alpha1.ApplicationSource {
	source := &v1alpha1.ApplicationSource{}
	must(json.Unmarshal([]byte(*r.source), source))
	source.RepoURL, source.Path, source.TargetRevision = *r.repo, *r.path, "HEAD"
	return source
}

// ask calls the repo-server; what it answers is printed, or the error, with which the program then ends.
func (r request) ask(call func(context.Context, repoclient.RepoServerServiceClient) (any, error)) {
	connection, client, err := repoclient.NewRepoServerClientset(*r.address, 60, tls.Configuration{DisableTLS: true}).NewRepoServerClient()
	must(err)
	defer connection.Close()
	ctx, cancel := context.WithTimeout(context.Background(), *r.timeout)
	defer cancel()
	answer, err := call(ctx, client)
	if err != nil {
		print(map[string]string{"error": err.Error()})
		os.Exit(1)
	}
	print(answer)
}

// askManifests asks a repo-server for an application's manifests, -n times at once, and prints {"manifests": [...],
// "sourceType": "..."} of the answer, which is the same each time, or {"error": "..."}.
func askManifests() {
	r := requestFlags()
	cached := flag.Bool("cached", false, "as a refresh: what is cached may be the answer; otherwise as a hard refresh")
	count := flag.Int("n", 1, "how many at once")
	flag.Parse()

	r.ask(func(ctx context.Context, client repoclient.RepoServerServiceClient) (any, error) {
		responses := make([]*repoclient.ManifestResponse, *count)
		errs := make([]error, *count)
		var all sync.WaitGroup
		for i := range responses {
			all.Go(func() {
				responses[i], errs[i] = client.GenerateManifest(ctx, r.manifestRequest(!*cached))
			})
		}
		all.Wait()
		for i, err := range errs {
			if err != nil {
				return nil, err
			}
			same, _ := json.Marshal(responses[i].Manifests)
			first, _ := json.Marshal(responses[0].Manifests)
			if string(same) != string(first) {
				fail("the answers differ")
			}
		}
		return map[string]any{"manifests": responses[0].Manifests, "sourceType": responses[0].SourceType}, nil
	})
}

func (r request) manifestRequest(noCache bool) *repoclient.ManifestRequest {
	return &repoclient.ManifestRequest{
		Repo:              &v1alpha1.Repository{Repo: *r.repo},
		Revision:          "HEAD",
		ApplicationSource: r.applicationSource(),
		AppName:           *r.name,
		Namespace:         "shop",
		ProjectName:       "default",
		KubeVersion:       "1.34.1",
		ApiVersions:       []string{"v1", "apps/v1", "policy/v1", "policy/v1/PodDisruptionBudget", "monitoring.coreos.com/v1"},
		AppLabelKey:       "app.kubernetes.io/instance",
		TrackingMethod:    "annotation",
		NoCache:           noCache,
		NoRevisionCache:   noCache,
	}
}

// askDetails asks a repo-server for what the UI shows of an application, and prints {"type": "...", "parameters": [...]}.
func askDetails() {
	r := requestFlags()
	flag.Parse()

	r.ask(func(ctx context.Context, client repoclient.RepoServerServiceClient) (any, error) {
		details, err := client.GetAppDetails(ctx, &repoclient.RepoServerAppDetailsQuery{
			Repo:    &v1alpha1.Repository{Repo: *r.repo},
			Source:  r.applicationSource(),
			AppName: *r.name,
			NoCache: true,
		})
		if err != nil {
			return nil, err
		}
		var parameters any
		if details.Plugin != nil {
			parameters = details.Plugin.ParametersAnnouncement
		}
		return map[string]any{"type": details.Type, "parameters": parameters}, nil
	})
}
