package main

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/golang/protobuf/ptypes/empty"

	"github.com/argoproj/argo-cd/v3/cmpserver/apiclient"
	"github.com/argoproj/argo-cd/v3/util/cmp"
)

// answer is what a plugin says about one application: the three calls of a generation in their order.
type answer struct {
	Discovery  bool     `json:"discovery"`
	Supported  bool     `json:"supported"`
	Parameters any      `json:"parameters"`
	Manifests  []string `json:"manifests"`
	Error      string   `json:"error,omitempty"`
}

type application struct {
	client     apiclient.ConfigManagementPluginServiceClient
	root, path string
	env        []string
}

// askPlugin runs the calls of a generation over the plugin's socket, -n times at once, and prints a list of answers.
func askPlugin() {
	socket := flag.String("socket", "", "the plugin's socket")
	repo := flag.String("repo", ".", "root of the repository")
	app := flag.String("app", ".", "the application's path in it")
	count := flag.Int("n", 1, "how many generations at once")
	var env pairs
	flag.Var(&env, "env", "K=V")
	flag.Parse()

	root, err := filepath.Abs(*repo)
	must(err)
	connection, client, err := apiclient.NewConfigManagementPluginClientSet(*socket).NewConfigManagementPluginClient()
	must(err)
	defer connection.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	defer cancel()

	asked := application{client, root, filepath.Join(root, *app), env}
	answers := make([]answer, *count)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			if err := asked.generate(ctx, &answers[i]); err != nil {
				answers[i].Error = err.Error()
			}
		})
	}
	all.Wait()
	print(answers)
	for _, a := range answers {
		if a.Error != "" {
			os.Exit(1)
		}
	}
}

func (a application) generate(ctx context.Context, out *answer) error {
	configuration, err := a.client.CheckPluginConfiguration(ctx, &empty.Empty{})
	if err != nil {
		return err
	}
	out.Discovery = configuration.IsDiscoveryConfigured

	matching, err := a.client.MatchRepository(ctx)
	if err := a.send(ctx, matching, err); err != nil {
		return err
	}
	match, err := matching.CloseAndRecv()
	if err != nil {
		return err
	}
	out.Supported = match.IsSupported

	announcing, err := a.client.GetParametersAnnouncement(ctx)
	if err := a.send(ctx, announcing, err); err != nil {
		return err
	}
	announcement, err := announcing.CloseAndRecv()
	if err != nil {
		return err
	}
	out.Parameters = announcement.ParameterAnnouncements

	generating, err := a.client.GenerateManifest(ctx)
	if err := a.send(ctx, generating, err); err != nil {
		return err
	}
	manifests, err := generating.CloseAndRecv()
	if err != nil {
		return err
	}
	out.Manifests = manifests.Manifests
	return nil
}

// send streams the repository's files, with which each of these calls begins; err is that of opening the stream.
func (a application) send(ctx context.Context, stream cmp.StreamSender, err error) error {
	if err != nil {
		return err
	}
	return cmp.SendRepoStream(ctx, a.path, a.root, stream, a.env, nil)
}
