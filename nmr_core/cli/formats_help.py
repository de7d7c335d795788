"""The formats, for the help of ``import`` and ``export``; written out so that --help need not load any of them."""

FORMATS = {
    "ml4sci_2020": "mat_info.txt, echos_r.txt, echos_i.txt; tabs; alpha xi p d",
    "deeplearn_2024": "<kernel>_mat_info_model.txt, ..._echos_r_..., ..._echos_i_...; alpha xi d",
    "gsoc_2021": "echo_params.txt (12 columns), echos_r.txt, echos_i.txt, w_list.txt; spaces",
    "cuda_2023": "echo_params1.txt (16 columns), sim_params1.txt, real_output1.txt, imag_output1.txt, z_...",
    "npz": "one .npz: signals, time, an array a parameter",
    "parquet": "one .parquet: parameters, re_0, im_0 as lists",
    "csv_wide": "one .csv: one row per sample, points as columns re_0@t",
    "csv_long": "one .csv: one row per point: sample, setting, time_us, re, im",
    "hdf5": "one .h5: signals, time, parameters/<name>, with units",
}


def formats_help(first: str) -> str:
    """``first`` and one line per format."""
    width = max(map(len, FORMATS))
    return "\n".join(
        [first, "", "formats:", *(f"  {name:<{width}}  {files}" for name, files in FORMATS.items())]
    )
