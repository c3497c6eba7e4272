package main

import (
	"context"
	"flag"
	"os"
	"time"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	repoclient "github.com/argoproj/argo-cd/v3/reposerver/apiclient"
	"github.com/argoproj/argo-cd/v3/util/tls"
)

// askManifests asks a repo-server for an application's manifests and prints {"manifests": [...]} or {"error": "..."}.
func askManifests() {
	address := flag.String("address", "", "the repo-server's address")
	repo := flag.String("repo", "", "the repository, as file:///path")
	path := flag.String("path", ".", "the application's path in it")
	plugin := flag.String("plugin", "", "the plugin's name; none lets Argo CD find one that matches")
	flag.Parse()

	connection, client, err := repoclient.NewRepoServerClientset(*address, 60, tls.Configuration{DisableTLS: true}).NewRepoServerClient()
	must(err)
	defer connection.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()

	response, err := client.GenerateManifest(ctx, &repoclient.ManifestRequest{
		Repo:     &v1alpha1.Repository{Repo: *repo},
		Revision: "HEAD",
		ApplicationSource: &v1alpha1.ApplicationSource{
			RepoURL:        *repo,
			Path:           *path,
			TargetRevision: "HEAD",
			Plugin:         &v1alpha1.ApplicationSourcePlugin{Name: *plugin},
		},
		AppName:        "demo",
		Namespace:      "shop",
		ProjectName:    "default",
		KubeVersion:    "1.34.1",
		ApiVersions:    []string{"v1", "apps/v1"},
		AppLabelKey:    "app.kubernetes.io/instance",
		TrackingMethod: "annotation",
		// As a hard refresh: each call starts the plugin.
		NoCache:         true,
		NoRevisionCache: true,
	})
	if err != nil {
		print(map[string]string{"error": err.Error()})
		os.Exit(1)
	}
	print(map[string][]string{"manifests": response.Manifests})
}
