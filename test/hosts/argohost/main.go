// Argohost is the part of Argo CD that runs a config management plugin, as one program for the tests:
//
//	argohost cmp-server  [flags of argocd-cmp-server]
//	argohost repo-server [flags of argocd-repo-server]
//	argohost redis ADDR      an in-memory redis for the repo-server
//	argohost plugin ...      asks a cmp-server as the repo-server does (plugin.go)
//	argohost manifests ...   asks a repo-server as the application controller does (manifests.go)
//	argohost details ...     asks a repo-server as the UI does (manifests.go)
//
// The clients print JSON on stdout; they exit with 1 when a call was answered with an error.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/alicebob/miniredis/v2"
	"github.com/spf13/cobra"

	cmpserver "github.com/argoproj/argo-cd/v3/cmd/argocd-cmp-server/commands"
	reposerver "github.com/argoproj/argo-cd/v3/cmd/argocd-repo-server/commands"
)

func main() {
	if len(os.Args) < 2 {
		fail("argohost cmp-server|repo-server|redis|plugin|manifests|details")
	}
	name := os.Args[1]
	// Each of the commands reads os.Args as if it were a program of its own.
	os.Args = append(os.Args[:1], os.Args[2:]...)
	switch name {
	case "cmp-server":
		execute(cmpserver.NewCommand())
	case "repo-server":
		execute(reposerver.NewCommand())
	case "redis":
		must(miniredis.NewMiniRedis().StartAddr(os.Args[1]))
		fmt.Println("listening")
		select {}
	case "plugin":
		askPlugin()
	case "manifests":
		askManifests()
	case "details":
		askDetails()
	default:
		fail("unknown command " + name)
	}
}

func execute(command *cobra.Command) {
	if command.Execute() != nil {
		os.Exit(1)
	}
}

// pairs is a flag that may be given several times, as K=V.
type pairs []string

func (p *pairs) String() string { return strings.Join(*p, ",") }

func (p *pairs) Set(value string) error {
	*p = append(*p, value)
	return nil
}

func print(value any) {
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	must(encoder.Encode(value))
}

func must(err error) {
	if err != nil {
		fail(err.Error())
	}
}

func fail(message string) {
	fmt.Fprintln(os.Stderr, message)
	os.Exit(2)
}
