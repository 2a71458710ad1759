-- Looking up many at once: 64 parameters, each an id.

-- fragment: keys
:k0, :k1, :k2, :k3, :k4, :k5, :k6, :k7, :k8, :k9, :k10, :k11, :k12, :k13, :k14, :k15, :k16, :k17, :k18, :k19,
    :k20, :k21, :k22, :k23, :k24, :k25, :k26, :k27, :k28, :k29, :k30, :k31, :k32, :k33, :k34, :k35, :k36, :k37,
    :k38, :k39, :k40, :k41, :k42, :k43, :k44, :k45, :k46, :k47, :k48, :k49, :k50, :k51, :k52, :k53, :k54, :k55,
    :k56, :k57, :k58, :k59, :k60, :k61, :k62, :k63

-- name: find_accounts
SELECT {account} FROM ledger_accounts WHERE id IN ({keys});

-- name: find_transfers
SELECT {transfer} FROM ledger_transfers WHERE id IN ({keys});

-- name: find_pendings
SELECT {pending} FROM ledger_pending WHERE id IN ({keys});

-- name: find_burneds
SELECT id, status, at_ns FROM ledger_burned WHERE id IN ({keys});
