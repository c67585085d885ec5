import "../styles/tokens.css";
import "../styles/ui.css";
