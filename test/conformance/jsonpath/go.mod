module eso-render.dev/test/conformance/jsonpath

go 1.26

require github.com/PaesslerAG/jsonpath v0.1.1

require (
	github.com/PaesslerAG/gval v1.2.4 // indirect
	github.com/shopspring/decimal v1.3.1 // indirect
)
